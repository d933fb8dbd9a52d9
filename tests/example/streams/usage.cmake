# A wrong command line costs one sentence.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

foreach(wrong "--steps" "--seed" "--seed;-1" "--seed;one" "--seed;99999999999" "--no-times;more")
    run("${PROGRAM}" ${wrong})
    expect_exit_code(2)
    expect_one_sentence("is none of --no-times and --seed N, N from 0 to 2147483647")
    expect_nothing_on(output)
endforeach()
