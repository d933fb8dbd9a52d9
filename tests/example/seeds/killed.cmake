# Three trainings, one after the other, each with a checkpoint of its own, killed at random moments.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint_one_head.json checkpoint_two_heads.json checkpoint_batch_128.json)
set(tables curves.csv run.json weights.json)
set(figures batches.svg batches_cosine.svg heads.svg)
set(settings --steps 100 --batch 64 --seed 3 --seeds 1 --eval-every 50 --fixed-batches 128)
set(kills 2)
include("${CMAKE_CURRENT_LIST_DIR}/../support/killed.cmake")
