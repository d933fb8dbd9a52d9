# One layer, killed at random moments.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables curves.csv larger_inputs.csv run.json weights.json weights.safetensors)
set(figures alignment.svg larger_inputs.svg loss.svg weights.svg)
set(settings --steps 150 --batch 64 --seed 3 --seeds 2 --eval-every 50)
include("${CMAKE_CURRENT_LIST_DIR}/../support/killed.cmake")
