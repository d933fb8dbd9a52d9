# The layer that is applied again and again, killed at random moments of its training and of what follows.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables curves.csv run.json)
set(figures applications.svg contexts.svg difference.svg)
set(settings --steps 150 --batch 64 --seed 3 --seeds 2 --eval-every 50)
set(kills 2)
include("${CMAKE_CURRENT_LIST_DIR}/../support/killed.cmake")
