# The claim itself, after a fifteenth of the default training: one layer behind a LayerNorm stays above gradient descent, two
# layers come below two steps of it, and both are better on much larger inputs.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(quick --quick --steps 1000 --eval-every 1000 --quiet)

expect_success(--layers 1 ${quick} --out one)
read_json(one/run.json)
expect_number(0.2046878 0.2046898 loss_gd)
expect_number(0.253 0.258 loss_trained)
expect_number(0.82 0.85 cosine)
expect_number(1.25 1.5 better_from)
expect_number(4 7 larger_inputs loss_trained 14)  # at alpha = 4, where gradient descent has 755
expect_number(754 757 larger_inputs loss_gd 14)

expect_success(--layers 2 ${quick} --out two)
read_json(two/run.json)
expect_number(0.1547 0.1548 loss_gd)
expect_number(0.1118 0.1120 loss_gdpp)
expect_number(0.146 0.1547 loss_trained)
expect_number(0.9 0.97 cosine)
expect_number(1.25 1.5 better_from)
