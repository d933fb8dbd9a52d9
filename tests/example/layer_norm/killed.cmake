# Two layers, the second behind a LayerNorm, killed at random moments.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables curves.csv larger_inputs.csv run.json weights.json)
set(figures alignment.svg larger_inputs.svg loss.svg)
set(settings --layers 2 --steps 40 --batch 64 --seed 3 --seeds 1 --eval-every 20)
set(kills 2)
include("${CMAKE_CURRENT_LIST_DIR}/../support/killed.cmake")
