# A wrong command line costs one sentence.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

expect_refusal("unknown option '--steps'" --steps)
expect_refusal("unknown option 'more'" --no-times more)
foreach(wrong nothing -1 one " 5" +5 5.0 1e3 nan 2147483648 99999999999)
    expect_refusal("--seed expects a whole number from 0 to 2147483647, not '${wrong}'" --seed "${wrong}")
endforeach()
expect_refusal("--seed expects one value and to be given once" --seed)
expect_refusal("--seed expects one value and to be given once" --seed 1 --seed 2)

# A standard output that takes nothing: what was asked for was not delivered.
find_program(SHELL sh NO_CACHE)
if(SHELL AND EXISTS /dev/full)
    run("${SHELL}" -c "exec \"$0\" --no-times > /dev/full" "${PROGRAM}")
    expect_exit_code(1)
    expect_one_sentence("the standard output could not be written completely")
endif()
