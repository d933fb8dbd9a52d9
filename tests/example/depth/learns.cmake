# The claim itself, with the default training: two looped layers leave gradient descent behind and become GD++.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

# 10 s of one core in a release build.
expect_success(--layers 2 --looped --eval-every 2500 --quiet --out learned)

read_json(learned/run.json)
expect_number(0.11187 0.11189 loss_gdpp)
expect_number(0.1100 0.114117 loss_trained)  # within 2 % of GD++, and more than 20 % under gradient descent's .15473
expect_number(0.98 1 cosine_gdpp)
expect_number(0.90 0.98 cosine_gd)
expect_number(0.1100 0.114117 loss_interpolated)
