# The claim itself, after a fifth of the default training: the trained layer is one step of gradient descent.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

# 1 s in a release build, half a minute of two cores under the sanitizers.
expect_success(--steps 1000 --eval-every 500 --quiet --out learned)

expect_in_figure(learned/weights.svg
    "The trained weights are those of one step of gradient descent: no other entry is larger than ")
read_json(learned/run.json)
expect_number(0.2046878 0.2046898 loss_scan)
expect_number(0.20264 0.20674 loss_trained)  # within 1 % of it
expect_number(0.20264 0.20674 loss_interpolated)
expect_number(0.998 1 cosine)
expect_number(0 0.03 prediction_difference)
