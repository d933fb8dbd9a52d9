# Wrong command lines cost one sentence; the plan says what would run, and writes nothing.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

expect_refusal("--quick and --full are two kinds of run" --quick --full)
expect_refusal("--only knows no experiment 'sin'; there are one_step, iterate" --only sin)
expect_refusal("--only knows no experiment ''" --only one_step,)
expect_refusal("--threads expects a whole number" --threads 0)
expect_refusal("unknown option '--seeds'" --seeds 3)
expect_files("")

expect_success(--plan --only one_step,blocks --threads 1)
expect_output("one_step" "blocks" "all of them" "measured by a few steps")
expect_output_without("copying")
expect_files("")
