# The claim itself, with the default training: the gamma of two looped layers is the paper's, within 10 %.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

# 10 s of one core in a release build; the longer contexts take longer.
expect_success(--contexts 10 --eval-every 2500 --quiet --out learned)

read_json(learned/run.json)
expect_number(0.1611 0.1969 contexts 0 gamma_trained)  # the paper: .179
expect_number(0.17 0.18 contexts 0 gamma_fitted)
