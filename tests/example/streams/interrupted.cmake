# An interruption after some rows: what was printed is in the file, and the sentence says so.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

file(WRITE "${WORK}/interrupt.sh" [[
"$1" --no-times > rows.txt &
while kill -0 $! 2> /dev/null && ! grep -qs '^| nlms' rows.txt; do sleep 1; done
kill -TERM $!
wait $!
]])
run(sh interrupt.sh "${PROGRAM}")
expect_exit_code(130)
expect_one_sentence("interrupted; the rows that were printed are whole")
file(READ "${WORK}/rows.txt" rows)
if(NOT rows MATCHES "^settings from seed 1, .*\n[|] lms [|][^\n]*[|]\n[|] nlms [|][^\n]*[|]\n" OR NOT rows MATCHES "[|]\n$"
   OR rows MATCHES "ill-conditioned")
    message(SEND_ERROR "whole rows of the first table should be there, and not the last table:\n${rows}")
endif()
