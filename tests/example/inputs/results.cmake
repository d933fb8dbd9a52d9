# One layer on tasks unlike those of its training: gradient descent's losses are as known, and a resumed run comes to
# the same bits.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint_1.json)
set(shifts larger_inputs larger_targets noisy_targets unseen_inputs)
list(TRANSFORM shifts APPEND _1.svg OUTPUT_VARIABLE figures)
list(TRANSFORM shifts APPEND .csv OUTPUT_VARIABLE tables)
list(APPEND tables run.json weights.json)
set(settings --layers 1 --steps 3000 --batch 64 --seed 3 --eval-every 1000)

expect_refusal("--layers expects some of 1, 2, 5" --layers 3)
expect_refusal("to resume" --layers 1 --resume --out nothing)
expect_files("")

expect_whole_run()
expect_output("training models of 1 layers: about" "1 layer, seed 3   step 3000/3000  100 %" "larger and smaller inputs"
    "noisy targets" "1 thread" "whole")

# (WHAT LOSS): that of one step of gradient descent on the tasks of training, which the reference prints.
function(expect_the_reference what loss)
    expect_near("the loss of gradient descent ${what} and in the reference" ${loss} 0.20468888 1000)
endfunction()

read_json(whole/run.json)
expect_value(inputs program)
json(loss_gd models "1 layer" loss_gd)
expect_the_reference("in run.json" ${loss_gd})

set(columns_of_a_model value,loss_gd_1,loss_gdpp_1,loss_trained_1,loss_trained_deviation_1)
expect_table(whole/larger_inputs.csv ${columns_of_a_model})
list(LENGTH rows count)
expect_between("the number of factors of larger_inputs" ${count} 16 16)
cell(loss 1 loss_gd_1)
expect_the_reference("at alpha = 1 of larger_inputs" ${loss})
cell(loss_trained 1 loss_trained_1)
expect_between("the loss of the trained layer at alpha = 1" ${loss_trained} 0.2046 0.21)

expect_table(whole/noisy_targets.csv "${columns_of_a_model},loss_ridge" "0 2 4 6 8")
cell(loss 0 loss_gd_1)
expect_the_reference("with no noisy targets" ${loss})
cell(loss_ridge 0 loss_ridge)
expect_between("the loss of ridge regression with no noisy targets" ${loss_ridge} 0 0.01)
foreach(noisy 2 4 6 8)  # noise makes it worse, and no penalty is worse than the best one
    set(before ${loss})
    cell(loss ${noisy} loss_gd_1)
    expect_between("the loss of gradient descent with ${noisy} noisy targets" ${loss} ${before} 0.5)
    cell(loss_ridge ${noisy} loss_ridge)
    expect_between("the loss of ridge regression with ${noisy} noisy targets" ${loss_ridge} 0.1 ${loss})
endforeach()

# Gradient descent is linear in the targets: alpha of them have alpha^2 of the loss, to the bit for powers of two.
expect_table(whole/larger_targets.csv ${columns_of_a_model} "0.5 1 1.5 2 2.5 3 3.5 4 4.5 5")
cell(loss 1 loss_gd_1)
foreach(row "0.5 4 1 4" "2 1 4 4" "4 1 16 16" "3 1 9 2000")
    separate_arguments(row)
    list(POP_FRONT row alpha left right tolerance)
    cell(scaled ${alpha} loss_gd_1)
    expect_zero("${left} loss(${alpha}) - ${right} loss(1)" ${tolerance} ${left} ${scaled} -${right} ${loss})
endforeach()

expect_table(whole/unseen_inputs.csv ${columns_of_a_model}
    "0.5 0.75 1 1.25 1.5 1.75 2 2.25 2.5 2.75 3 3.25 3.5 3.75 4 4.25 4.5 4.75 5")

# A run goes on as what it was.
expect_refusal("batch = 64, which cannot be resumed with batch = 65"
    --layers 1 --steps 3000 --batch 65 --seed 3 --eval-every 1000 --resume --out whole)

# Models of two builds are not put beside each other; of one that is finished, figures may be drawn by any.
set(short --steps 5 --batch 16 --threads 1 --quiet --out builds)
expect_success(--layers 1 ${short})
execute_process(COMMAND "${EDIT}" "${WORK}/builds/checkpoint_1.json" /build "\"version 0\"")
expect_success(--layers 1 ${short} --resume)
read_json(builds/run.json)
expect_value("version 0" trained_by 0)
expect_refusal("'builds/checkpoint_1.json' was trained by another build, \"version 0\"" --layers 1,2 ${short} --resume)

# With --resume, too, no model that is finished is left out.
expect_refusal("is of a finished run with layers = [1], whose results would be lost with layers = [2]: choose another --out"
    --layers 2 ${short} --resume)
expect_files(builds ${checkpoints} ${tables} ${figures})

expect_interruption("3000 of 1 layer")
find_program(SHELL sh NO_CACHE)

# As many steps as the paper are so many in the checkpoint, too: without --resume they are not lost, with it they go on.
if(SHELL)
    set(settings --layers 1 --batch 512 --seed 3 --eval-every 5000 --threads 1 --quiet --out default_steps)
    run("${SHELL}" "${support}/interrupt.sh" default_steps/checkpoint_1.json "${PROGRAM}" ${settings})
    expect_exit_code(130)
    expect_files(default_steps checkpoint_1.json)
    expect_refusal(" of 5000 steps of run 1 of 1: add --resume" ${settings})
    execute_process(COMMAND timeout --foreground --preserve-status -s KILL 2 "${PROGRAM}" ${settings} --resume WORKING_DIRECTORY "${WORK}"
        RESULT_VARIABLE exit_code OUTPUT_VARIABLE output ERROR_VARIABLE errors)
    if(NOT exit_code MATCHES "^(137|0)$")  # it would be refused at once
        failed("a run of the default number of steps should be resumed")
    endif()
endif()
