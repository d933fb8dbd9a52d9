# A command line that asks for something impossible costs one sentence and exit code 2, and leaves nothing behind.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

expect_refusal("'--step'" --step 5)
expect_refusal("'--learning-rate'" --learning-rate 1)
expect_refusal("'-x'" -x)
expect_refusal("'5000'" 5000)
expect_refusal("'extra'" --steps 1 extra)

foreach(option steps batch seeds eval-every threads)
    expect_refusal("--${option} expects a whole number from 1 to" --${option} 0)
    expect_refusal("not '-5'" --${option} -5)
    expect_refusal("not 'abc'" --${option} abc)
    expect_refusal("--${option} expects one value" --${option})
endforeach()
expect_refusal("--seed expects a whole number from 0 to 4294967295, not '-1'" --seed -1)
expect_refusal("not '4294967296'" --seed 4294967296)
expect_refusal("--seed expects one value" --seed)
expect_refusal("--seed 4294967295 with --seeds 2" --seed 4294967295 --seeds 2)
expect_refusal("--out expects one value" --out)

# Numbers that some programs would read as something else, and slips of the keyboard.
expect_refusal("not '1e3'" --steps 1e3)
expect_refusal("not '0x10'" --steps 0x10)
expect_refusal("not '2.5'" --batch 2.5)
expect_refusal("not '50 00'" --steps "50 00")
expect_refusal("not '99999999999999999999'" --steps 99999999999999999999)
expect_refusal("--steps expects one value and to be given once" --steps 1 --steps 2)

expect_files("")  # not even the directory out/

# --help names every option with its default, and what is counted.
expect_success(--help)
expect_files("")
foreach(line
        "--steps N=5000 +training steps"
        "--batch N=2048 +tasks per training step"
        "--seed N=0 +seed of the first run"
        "--seeds N=1 +number of runs"
        "--eval-every N=100 +training steps between evaluations"
        "--threads N=[1-9][0-9]* +threads"
        "--out DIRECTORY=out/one_step\n? +directory of the results"
        "--quiet +no progress"
        "--resume +continue the interrupted run"
        "--checkpoint-every N=30 +seconds between checkpoints"
        "--help +Print this help")
    if(NOT output MATCHES "${line}")
        failed("the help should match '${line}'")
    endif()
endforeach()
