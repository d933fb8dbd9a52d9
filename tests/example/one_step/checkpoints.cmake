# A run is resumed to the same bits; what a checkpoint says is not believed; two runs do not share a directory; a signal
# before the training says what happened.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables curves.csv larger_inputs.csv run.json weights.json weights.safetensors)
set(figures alignment.svg larger_inputs.svg loss.svg weights.svg)
set(settings --steps 2000 --batch 64 --seed 3 --seeds 2 --eval-every 1000)

expect_refusal("to resume" --resume --out nothing)
expect_files("")
expect_whole_run()
expect_interruption(2000)

# Fewer steps and seeds go on as if they had never ended.
expect_success(--steps 700 --seeds 1 --batch 64 --seed 3 --eval-every 1000 --out prolonged --quiet)
expect_resumption(prolonged)

# ---------------------------------------------------------------------------------------- what is not believed ----

set(small --steps 6 --batch 16 --seed 3 --seeds 2 --eval-every 4 --threads 1)
set(resume_small ${small} --resume --quiet --out small)
expect_success(${small} --quiet --out small)
file(READ "${WORK}/small/checkpoint.json" good)

# expect_refused(EXIT_CODE SENTENCE_SAYS): the checkpoint that is there now, with --resume; it stays, and nothing is added.
function(expect_refused code text)
    file(REMOVE_RECURSE "${WORK}/bad")
    file(MAKE_DIRECTORY "${WORK}/bad")
    file(COPY "${WORK}/small/checkpoint.json" DESTINATION "${WORK}/bad")
    run("${PROGRAM}" ${small} --resume --out bad)
    expect_exit_code(${code})
    expect_one_sentence("${text}")
    expect_nothing_on(output)
    expect_files(bad checkpoint.json)
    execute_process(
        COMMAND "${CMAKE_COMMAND}" -E compare_files "${WORK}/bad/checkpoint.json" "${WORK}/small/checkpoint.json"
        RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
    if(differs)
        message(SEND_ERROR "a checkpoint that is refused should be left as it is (${text})")
    endif()
endfunction()

# edit(ARGUMENT...): the good checkpoint with another value, and with a checksum that fits.
function(edit)
    file(WRITE "${WORK}/small/checkpoint.json" "${good}")
    execute_process(COMMAND "${EDIT}" "${WORK}/small/checkpoint.json" ${ARGN} RESULT_VARIABLE failed_to)
    if(failed_to)
        message(SEND_ERROR "cannot edit a checkpoint: ${ARGN}")
    endif()
endfunction()

edit()
expect_success(${resume_small})  # sealed anew without a change

# Without a checksum that fits nothing is believed: one digit, a part, nothing, a space, the format before checksums.
string(REPLACE "\"seed\": 4" "\"seed\": 5" text "${good}")
file(WRITE "${WORK}/small/checkpoint.json" "${text}")
expect_refused(1 "its checksum is missing or does not fit")
string(LENGTH "${good}" size)
foreach(length 0 1 40 1000)
    string(SUBSTRING "${good}" 0 ${length} text)
    file(WRITE "${WORK}/small/checkpoint.json" "${text}")
    expect_refused(1 "its checksum is missing or does not fit")
endforeach()
file(WRITE "${WORK}/small/checkpoint.json" "${good} ")
expect_refused(1 "its checksum is missing or does not fit")
file(WRITE "${WORK}/small/checkpoint.json" "{\"program\": \"one_step\", \"format\": 1, \"runs\": []}\n")
expect_refused(1 "its checksum is missing or does not fit")

# What has one is still asked whether it can be.
foreach(row
        "/runs/0/curve|[]|1|its 'curve' has no measurement"
        "/runs/1/curve|5|1|its 'curve' should be an array, not 5"
        "/runs/0/curve|[1]|1|its 'curve' should hold texts, not 1"
        "/runs/0/curve|[\"x\"]|1|parameters, line 1"
        "/runs/0/curve/1|\"\"|1|parameters, line 1"
        "/runs/0/state|\"\"|1|parameters, line 1"
        "/runs/0/state|null|1|its 'state' should be a text, not null"
        "/runs|[]|1|it should hold from one to 2 runs, not 0"
        "/runs|{}|1|its 'runs' should be an array, not an object"
        "/runs/0|7|1|an object with 'seed' should stand where it has 7"
        "/runs/0/seed|4|1|its 'seed' should be 3, not 4"
        "/runs/1/seed|3|1|its 'seed' should be 4, not 3"
        "/runs/0/steps|-1|1|its 'steps' should be a whole number from 0 to 6, not -1"
        "/runs/0/steps|7|1|its 'steps' should be a whole number from 0 to 6, not 7"
        "/runs/0/steps|1.5|1|its 'steps' should be a whole number from 0 to 6, not 1.5"
        "/runs/0/steps|18446744073709551615|1|its 'steps' should be a whole number from 0 to 6, not 18446744073709551615"
        "/runs/0/steps|5|1|its run has done 5 steps and its state 6"
        "/runs/0/seconds_training|-1|1|its 'seconds_training' should be a number that is not below 0, not -1"
        "/runs/0/seconds_training|\"long\"|1|its 'seconds_training' should be a number"
        "/parameters|[]|1|its 'parameters' should be an object"
        "/parameters/layers|[1]|1|its parameter 'layers' should be a single value"
        "/parameters/layers|1|2|is of a run with layers = 1, which cannot be resumed by a command that says nothing of it"
        "/parameters/batch|17|2|batch = 17, which cannot be resumed with batch = 16"
        "/parameters/seed|\"3\"|1|its 'seed' should be a whole number"
        "/steps|0|1|its 'steps' should be a whole number from 1"
        "/seeds|1|1|it should hold from one to 1 runs, not 2"
        "/format|4|1|its 'format' should be 3, not 4"
        "/format|2|1|it is of an older version, whose checkpoints do not say by which build they were trained"
        "/build|7|1|its 'build' should be a text, not 7"
        "/program|\"iterate\"|2|is of a run of \"iterate\", whose results would be lost: choose another --out"
        "/program|7|1|its 'program' should be a text, not 7")
    string(REPLACE "[" "<" row "${row}")  # brackets would hold a list together
    string(REPLACE "]" ">" row "${row}")
    string(REPLACE "|" ";" row "${row}")
    list(TRANSFORM row REPLACE "<" "[")
    list(TRANSFORM row REPLACE ">" "]")
    list(POP_FRONT row pointer value code sentence)
    edit("${pointer}" "${value}")
    expect_refused(${code} "${sentence}")
endforeach()

# edit_text(PATTERN REPLACEMENT): the same with the text.
function(edit_text pattern replacement)
    string(REGEX REPLACE "${pattern}" "${replacement}" text "${good}")
    if(text STREQUAL good)
        message(SEND_ERROR "nothing in a checkpoint matches '${pattern}'")
    endif()
    file(WRITE "${WORK}/small/checkpoint.json" "${text}")
    execute_process(COMMAND "${EDIT}" "${WORK}/small/checkpoint.json")
endfunction()
edit_text("0x1[^ \\]*p-" "nan p-")
expect_refused(1 "parameters, line 3")
edit_text("0x1\\.[0-9a-f]*p[-+][0-9]*" "nan")
expect_refused(1 "a number that no training has")
edit_text("-?0x1\\.[0-9a-f]*p[-+][0-9]*" "-0x1p+0")
expect_refused(1 "a negative second moment")
foreach(row "loss_trained|nan" "loss_trained|inf" "loss_trained|-0x1p+1000" "loss_trained|0x1p+1000" "loss_trained|-0x1p-3"
        "cosine|0x1.8p+0" "prediction_difference|-0x1p-9" "loss_interpolated|-0x1p-3")
    string(REPLACE "|" ";" row "${row}")
    list(POP_FRONT row name value)
    edit_text("(${name}: double .1 x 1..n)-?(nan.|0x[^n]*)n" "\\1${value}\\\\n")
    expect_refused(1 "its 'curve' holds a ${name} of ")
endforeach()
edit_text("step: double .1 x 1..n0x1p[+]2" "step: double [1 x 1]\\\\n0x1p+3")
expect_refused(1 "its 'curve' should have 2 measurements in order")
edit_text("\"steps\": 6" "\"steps\": 9,\n    \"steps\": 6")
expect_refused(1 "it has two members of the name \"steps\" in one object")
edit_text("\"parameters\": {" "\"parameters\": {\"batch\": 17,")
expect_refused(1 "it has two members of the name \"batch\" in one object")
edit_text("\"seconds_training\": [^,]*" "\"seconds_training\": 1e999")
expect_refused(1 "a number that is out of range")
string(REPEAT "[" 100000 deep)
edit_text("\"runs\": " "\"runs\": ${deep}")
expect_refused(1 "JSON nested deeper than 16 levels")
edit_text("\"runs\": " "\"runs\" ")
expect_refused(1 "it is no JSON from its byte")

# Another build has other last bits, so training does not go on by it. What is finished may be evaluated by any, and stays of
# the build that trained it, which run.json names beside its own.
edit()
expect_success(${resume_small})
file(READ "${WORK}/small/run.json" text)
if(text MATCHES "trained_by")
    message(SEND_ERROR "where the build that evaluates has trained, run.json names it once: ${text}")
endif()
edit("/build" "\"version 0, of elsewhere\"")
expect_success(${resume_small})
read_json(small/run.json)
expect_length(1 trained_by)
expect_value("version 0, of elsewhere" trained_by 0)
expect_match("^[0-9.]+$" version)
file(READ "${WORK}/small/checkpoint.json" text)
if(NOT text MATCHES "\"build\": \"version 0, of elsewhere\"")
    message(SEND_ERROR "a finished checkpoint should keep the build that trained it")
endif()
foreach(longer "--steps;7;--seeds;2" "--steps;6;--seeds;3")
    expect_refusal("'small/checkpoint.json' was trained by another build, \"version 0, of elsewhere\", whose last bits differ"
        ${longer} --batch 16 --seed 3 --eval-every 4 --resume --out small)
endforeach()
edit()
string(REGEX MATCH "\"build\": \"version [0-9.]+, [^\"]+ \\([^\"]+\\)\"" build "${good}")
if(build STREQUAL "")
    message(SEND_ERROR "a checkpoint should say its version, compiler, flags, and sets of instructions")
endif()

# Without --resume, too, a checkpoint that cannot be read is not written over. Nobody asked to resume it, so it does not say that
# it cannot be: not of one that is damaged, and not of the finished run of an older version.
set(ways_out "; choose another --out, or delete it to begin anew\n")
expect_refusal("'bad/checkpoint.json' would be lost: it is no JSON from its byte" ${small} --out bad)
expect_refusal("${ways_out}" ${small} --out bad)
expect_files(bad checkpoint.json)
file(COPY "${WORK}/small/" DESTINATION "${WORK}/older")
file(WRITE "${WORK}/older/checkpoint.json" "${good}")
execute_process(COMMAND "${EDIT}" "${WORK}/older/checkpoint.json" /format 2)
file(COPY "${WORK}/older/" DESTINATION "${WORK}/older_before")
expect_refusal("'older/checkpoint.json' would be lost: it is of an older version, whose checkpoints do not say by which build they \
were trained${ways_out}" ${small} --out older)
expect_results(older)
foreach(name IN ITEMS checkpoint.json run.json)
    file(READ "${WORK}/older_before/${name}" before)
    file(READ "${WORK}/older/${name}" text)
    if(NOT text STREQUAL before)
        message(SEND_ERROR "${name} should be left as it is")
    endif()
endforeach()

# The results of another program, finished or not, are not written over either.
edit("/program" "\"iterate\"")
file(REMOVE_RECURSE "${WORK}/bad")
file(COPY "${WORK}/small/checkpoint.json" DESTINATION "${WORK}/bad")
run("${PROGRAM}" ${small} --out bad)
expect_exit_code(2)
expect_one_sentence("'bad/checkpoint.json' is of a run of \"iterate\", whose results would be lost")
expect_files(bad checkpoint.json)

# A measurement that is not finite is left out of run.json, and told as what it is.
expect_success(--steps 2 --batch 16 --eval-every 1 --seeds 2 --threads 1 --quiet --out measured)
file(READ "${WORK}/measured/checkpoint.json" text)
string(REGEX REPLACE "(cosine: double .1 x 1..n)-?0x[^n]*n" "\\1nan\\\\n" text "${text}")
file(WRITE "${WORK}/measured/checkpoint.json" "${text}")
execute_process(COMMAND "${EDIT}" "${WORK}/measured/checkpoint.json")
expect_success(--steps 2 --batch 16 --eval-every 1 --seeds 2 --threads 1 --resume --out measured)
if(NOT output MATCHES "cosine of sensitivities +-?nan")
    failed("a cosine that is not a number should be told")
endif()

# What is no file is not read: a pipe would be waited for.
file(REMOVE_RECURSE "${WORK}/bad")
file(MAKE_DIRECTORY "${WORK}/bad/checkpoint.json")
run("${PROGRAM}" ${small} --resume --out bad)
expect_exit_code(1)
expect_one_sentence("cannot read 'bad/checkpoint.json': Is a directory")
find_program(MKFIFO mkfifo NO_CACHE)
if(MKFIFO)
    file(REMOVE_RECURSE "${WORK}/bad/checkpoint.json")
    run("${MKFIFO}" bad/checkpoint.json)
    run("${PROGRAM}" ${small} --resume --out bad)
    expect_exit_code(1)
    expect_one_sentence("cannot read 'bad/checkpoint.json'")
endif()

# --------------------------------------------------------------------------------------------- a directory of its own ----

find_program(SHELL sh NO_CACHE)
if(NOT SHELL)
    message(NOTICE "skipped: two runs at once, and signals, because there is no sh")
    return()
endif()
set(long_run "${PROGRAM}" --steps 1000000 --batch 16 --eval-every 1000000 --threads 1 --quiet --out shared)
foreach(second "--steps;1;--batch;16" "--resume")
    file(REMOVE_RECURSE "${WORK}/shared")
    run("${SHELL}" "${support}/two_at_once.sh" shared/checkpoint.json ${long_run} --
        "${PROGRAM}" ${second} --quiet --out shared)
    expect_exit_code(1)
    expect_one_sentence("the directory 'shared' belongs to another run, process ")
    expect_nothing_on(output)
    expect_files(shared checkpoint.json)  # that of the first, which has ended and left no lock
endforeach()

# The lock of a run that is no more is taken over, whatever it says; so is what it had not yet renamed.
file(WRITE "${WORK}/stale/.lock" "process 1 on this since ever\n")
file(WRITE "${WORK}/stale/.loss.svg.0.tmp" "<svg")
file(WRITE "${WORK}/stale/.not_ours.tmp" "kept")
expect_success(${small} --quiet --out stale)
expect_files(stale ${checkpoints} ${tables} ${figures} .not_ours.tmp)

# --------------------------------------------------------------------------------------- a signal before the training ----

foreach(signal TERM INT)
    foreach(attempt RANGE 9)  # on a machine with other work the training may have begun before the signal comes
        file(REMOVE_RECURSE "${WORK}/early")
        set(ENV{SIGNAL} ${signal})
        run("${SHELL}" "${support}/interrupt.sh" early/.lock "${PROGRAM}" ${settings} --threads 1 --quiet --out early)
        if(errors MATCHES "before training" OR errors MATCHES "default-signal")
            break()
        endif()
    endforeach()
    if(errors MATCHES "default-signal")
        message(NOTICE "skipped: an early INT, because env does not know --default-signal")
        continue()
    endif()
    expect_exit_code(130)
    expect_one_sentence("interrupted before training began; nothing is lost, and the same command begins anew")
    expect_nothing_on(output)
    expect_files(early)
endforeach()
