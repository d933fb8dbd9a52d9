# What there is to find, in the setting where it shows most: the set is known by heart after 40 steps, the loss on other tasks
# falls for some more, and then it grows.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

expect_success(--tasks 512 --batch 512 --rates 10 --steps 200 --quiet --out learned)

read_json(learned/run.json)
expect_value(ON found)
expect_value(OFF lasting)
expect_length(1 grid)
expect_value(512 found_in tasks)
expect_value(512 found_in batch)
expect_value(1 found_in seeds_found)
expect_value(0 found_in seeds_lasting)
expect_number(20 60 found_in step_by_heart)
expect_number(60 140 found_in step_least)
expect_number(0.27 0.32 found_in loss_least)
expect_number(0.15 0.26 found_in fall)
expect_number(0.34 0.5 found_in loss_trained)  # at the end
expect_number(0.08 0.13 found_in loss_set)
