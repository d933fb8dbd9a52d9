# The same seed gives the same bits for any number of threads.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(tables curves.csv larger_inputs.csv weights.json weights.safetensors)

# 1000 tasks are 62 packs of 16 and half a pack, in 16 chunks of unequal length.
set(settings --steps 30 --batch 1000 --eval-every 10 --quiet)
expect_success(${settings} --seed 7 --threads 1 --out one_thread)
expect_success(${settings} --seed 7 --threads 2 --out two_threads)
expect_success(${settings} --seed 7 --threads 5 --out five_threads)  # more than the machine may have
expect_success(${settings} --seed 8 --threads 2 --out other_seed)

expect_same(one_thread two_threads)
expect_same(one_thread five_threads)
expect_different(one_thread other_seed)
