# Two layers on plain tokens, killed at random moments.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables attention.csv curves.csv run.json weights.json)
set(figures attention.svg copying.svg runs.svg)
set(settings --steps 30 --batch 32 --seed 3 --eval-every 30)
set(kills 2)
include("${CMAKE_CURRENT_LIST_DIR}/../support/killed.cmake")
