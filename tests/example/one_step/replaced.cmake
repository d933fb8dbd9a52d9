# What is finished is not written over: not by another program, and not by the same one with other options.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables curves.csv larger_inputs.csv run.json weights.json weights.safetensors)
set(figures alignment.svg larger_inputs.svg loss.svg weights.svg)
set(finished --steps 20 --batch 16 --seeds 2 --seed 3 --eval-every 10 --threads 1 --quiet --out finished)
expect_success(${finished})
file(COPY "${WORK}/finished/" DESTINATION "${WORK}/before")

# expect_kept(SENTENCE_SAYS OPTION...): refused, with the finished run as it was.
function(expect_kept text)
    expect_refusal("${text}" ${ARGN})
    expect_results(finished)
    expect_same(before finished)
endfunction()

# The same run once more, whatever does not change a bit of it; and --quick, whose defaults all have another value here.
expect_success(${finished})
expect_success(--quick --steps 20 --batch 16 --seeds 2 --seed 3 --eval-every 10 --threads 2 --checkpoint-every 0 --quiet --out finished)
expect_same(before finished)

set(remove "choose another --out, or remove the directory 'finished'")
set(run "'finished/run.json' is of a finished run with")
function(expect_option_kept option before now and)
    list(FIND finished --${option} position)
    string(REPLACE "-" "_" name "${option}")
    set(other ${finished})
    if(position EQUAL -1)
        list(APPEND other --${option} ${now})
    else()
        math(EXPR position "${position} + 1")
        list(REMOVE_AT other ${position})
        list(INSERT other ${position} ${now})
    endif()
    expect_kept("${run} ${name} = ${before}, whose results would be lost with ${name} = ${now}: ${and}${remove}" ${other})
endfunction()
expect_option_kept(steps 20 10 "")
expect_option_kept(seeds 2 1 "")
expect_option_kept(batch 16 32 "")
expect_option_kept(seed 3 4 "")
expect_option_kept(eval-every 10 5 "")
expect_option_kept(steps 20 40 "add --resume to go on from it, ")  # its beginning stands there
expect_option_kept(seeds 2 3 "add --resume to go on from it, ")
expect_kept("${run} draws = \"reference\", whose results would be lost with draws = \"sixteen_bits\": ${remove}"
    ${finished} --draws sixteen_bits)

# Without its checkpoint a run cannot go on.
file(REMOVE "${WORK}/finished/checkpoint.json")
expect_refusal("seeds = 3: ${remove}" --steps 20 --batch 16 --seeds 3 --seed 3 --eval-every 10 --out finished)
file(COPY "${WORK}/before/checkpoint.json" DESTINATION "${WORK}/finished")

# A run that was killed between its training and run.json is finished as well.
file(REMOVE "${WORK}/finished/run.json")
expect_refusal("'finished/checkpoint.json' is of a finished run with steps = 20, whose results would be lost with steps = 10: choose"
    --steps 10 --batch 16 --seeds 2 --seed 3 --eval-every 10 --out finished)
expect_refusal("with steps = 20, whose results would be lost with steps = 40: add --resume to go on from it, choose"
    --steps 40 --batch 16 --seeds 2 --seed 3 --eval-every 10 --out finished)
expect_success(${finished})
expect_results(finished)
expect_same(before finished)

# With --resume it becomes the longer one.
expect_success(--steps 40 --batch 16 --seeds 3 --seed 3 --eval-every 10 --threads 1 --quiet --resume --out finished)
expect_success(--steps 40 --batch 16 --seeds 3 --seed 3 --eval-every 10 --threads 1 --quiet --out longer)
expect_same(longer finished)

# Another program's, finished or begun; a run.json that is nobody's. With --resume, too.
foreach(resume "" "--resume")
    foreach(file run.json checkpoint.json checkpoint_3.json)
        file(REMOVE_RECURSE "${WORK}/other")
        file(WRITE "${WORK}/other/${file}" "{\"program\": \"sine\"}\n")
        expect_refusal("'other/${file}' is of a run of \"sine\", whose results would be lost: choose another --out"
            --steps 20 --batch 16 ${resume} --out other)
        expect_files(other ${file})
    endforeach()
    file(WRITE "${WORK}/nobody/run.json" "{}\n")
    expect_refusal("'nobody/run.json' does not say of which program it is, and would be lost: choose another --out, or move that file away"
        --steps 20 --batch 16 ${resume} --out nobody)
    expect_files(nobody run.json)
endforeach()

# One of this program that does not say how it was told to run.
file(WRITE "${WORK}/unknown/run.json" "{\"program\": \"one_step\"}\n")
expect_refusal("'unknown/run.json' is of a finished run with steps = nothing, whose results would be lost with steps = 20"
    --steps 20 --batch 16 --out unknown)
