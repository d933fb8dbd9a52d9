# A command line that asks for something impossible costs one sentence and exit code 2; what the help says.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

expect_refusal("--family expects one or two, not 'three'" --family three)
expect_refusal("--family expects one value" --family)
expect_refusal("--steps expects a whole number from 1 to" --steps 0)
expect_refusal("--batch expects a whole number from 1 to" --quick --batch 0)
expect_refusal("'--layers'" --layers 2)
expect_refusal("to resume" --resume --out nothing)
expect_files("")

expect_success(--help)
expect_output("--family" "20000" "2048" "1000" "--steps 5000 --batch 256 --eval-every 500" "out/sine")
