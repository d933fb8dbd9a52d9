# Two heads of softmax attention, killed at random moments.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables curves.csv larger_inputs.csv larger_targets.csv run.json weights.json)
set(figures alignment.svg larger_inputs.svg larger_targets.svg loss.svg weights.svg)
set(settings --steps 100 --batch 64 --seed 3 --seeds 1 --eval-every 50)
set(kills 2)
include("${CMAKE_CURRENT_LIST_DIR}/../support/killed.cmake")
