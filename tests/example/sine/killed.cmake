# Both networks, killed at random moments.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint_control.json checkpoint_trained.json)
set(tables curves.csv curves_control.csv one_task.csv run.json weights.json)
set(figures alignment.svg loss.svg one_task.svg)
set(settings --steps 30 --batch 16 --seed 3 --eval-every 30)
set(kills 2)
include("${CMAKE_CURRENT_LIST_DIR}/../support/killed.cmake")
