# Ended by a signal while the second network is trained, and resumed to the same bits.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint_control.json checkpoint_trained.json)
set(tables curves.csv curves_control.csv one_task.csv run.json weights.json)
set(figures alignment.svg loss.svg one_task.svg)
set(settings --steps 60 --batch 32 --seed 3 --eval-every 60 --checkpoint-every 0)

expect_whole_run()
expect_interruption("60 of trained network")
