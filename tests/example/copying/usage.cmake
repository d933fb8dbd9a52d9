# A command line that asks for something impossible costs one sentence and exit code 2; what the help says.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

expect_refusal("--steps expects a whole number from 1 to" --steps 0)
expect_refusal("--eval-every expects a whole number from 1 to" --quick --eval-every 0)
expect_refusal("'--family'" --family two)
expect_refusal("to resume" --resume --out nothing)
expect_files("")

expect_success(--help)
expect_output("10000" "2048" "500" "--quick" "--batch 512" "out/copying")
