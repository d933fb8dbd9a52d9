# A command line that asks for something impossible costs one sentence and exit code 2; what the help says.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

expect_refusal("--steps expects a whole number from 1 to" --steps 0)
expect_refusal("--batch expects a whole number from 1 to" --quick --batch -1)
expect_refusal("'--layers'" --layers 2)
expect_refusal("to resume" --resume --out nothing)
expect_files("")

expect_success(--help)
expect_output("50000" "2048" "1000" "--steps 10000 --batch 512" "out/blocks")
