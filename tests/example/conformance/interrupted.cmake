# A set that is interrupted between two files says that there are files, and each of them is whole.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")
set(committed "${CMAKE_CURRENT_LIST_DIR}/../../vectors")

run(sh "${support}/interrupt.sh" set/additive.npz "${PROGRAM}" --set --out set)
expect_exit_code(130)
expect_one_sentence("interrupted; the files that 'set' holds are whole, and the same command writes all of them")
expect_nothing_on(output)
file(GLOB written RELATIVE "${WORK}/set" "${WORK}/set/*" "${WORK}/set/.*")
list(REMOVE_ITEM written . ..)
foreach(name IN LISTS written)
    execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${WORK}/set/${name}" "${committed}/${name}"
        RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
    if(differs)
        message(SEND_ERROR "${name} should be whole")
    endif()
endforeach()
