# Two settings, one after the other, killed at random moments.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint_512_64_3.json checkpoint_512_64_10.json)
set(tables curves.csv run.json weights.json)
set(figures loss.svg set_512.svg)
set(settings --tasks 512 --rates 3,10 --steps 20 --batch 64 --seed 3 --seeds 1 --eval-every 10)
set(kills 2)
include("${CMAKE_CURRENT_LIST_DIR}/../support/killed.cmake")
