# The claim itself, in the quick setting: two heads of softmax attention come to the step on inputs without their mean.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

# 2 s in a release build.
expect_success(--quick --eval-every 1000 --quiet --out learned)

read_json(learned/run.json)
expect_value(4000 parameters steps)
expect_value(512 parameters batch)
expect_number(0.2169 0.2232 loss_trained)  # above it by 2.5 % at most, and not far below
expect_number(0.975 1 cosine_centred)
expect_number(0.93 0.975 cosine)  # it is nearer to the centred step than to gradient descent
expect_number(6.1 6.5 learning_rate_trained)
# What is beside the diagonal in the heads cancels in their sum.
expect_number(0.03 1000 off_diagonal_heads)
expect_number(0 0.02 off_diagonal_sum)
