# The claim itself, with the default training: at lambda = .75 the trained layer stays on gradient descent's curve.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

# 5 s of one core in a release build.
expect_success(--eval-every 2500 --quiet --out learned)

read_json(learned/run.json)
expect_value(0.75 dampings 2 lambda)
expect_value(ON dampings 2 falls_all_along_gd)
expect_value(ON dampings 2 falls_all_along_trained)
expect_number(0 0.1 dampings 2 largest_difference_trained)
expect_value(ON dampings 0 diverges_trained)
expect_value(ON dampings 1 diverges_trained)
