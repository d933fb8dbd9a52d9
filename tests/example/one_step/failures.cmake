# What the machine refuses costs one sentence and exit code 1, and leaves nothing half-written. Nothing here relies on
# permissions, which do not bind root.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables curves.csv larger_inputs.csv run.json weights.json weights.safetensors)
set(figures alignment.svg larger_inputs.svg loss.svg weights.svg)
set(short_run --steps 1 --batch 16 --threads 1)

# ------------------------------------------------------------------------------ a directory that cannot be created ----

file(WRITE "${WORK}/regular_file" "kept")
foreach(out regular_file regular_file/below regular_file/far/below)
    run("${PROGRAM}" ${short_run} --out ${out})
    expect_exit_code(1)
    expect_one_sentence("'${out}'")
    expect_nothing_on(output)  # found out before the training, not after
    expect_files("" regular_file)
    file(READ "${WORK}/regular_file" contents)
    if(NOT contents STREQUAL "kept")
        message(SEND_ERROR "a file in the way of --out should be left alone")
    endif()
endforeach()

# ----------------------------------------------------------------------------------------------------- a full disk ----

find_program(SHELL sh NO_CACHE)
find_program(UNSHARE unshare NO_CACHE)

# A file system of 64 KiB, in a name space of its own, so that nothing is left to unmount.
set(in_own_name_space "${UNSHARE}" --user --map-root-user --mount "${SHELL}" -c)
set(small_disk "mount -t tmpfs -o size=64k tmpfs small_disk")
file(MAKE_DIRECTORY "${WORK}/small_disk")
if(UNSHARE)
    run(${in_own_name_space} "${small_disk}")
endif()
if(UNSHARE AND exit_code STREQUAL "0")
    run(${in_own_name_space} "${small_disk} && \"$0\" \"$@\"\; code=$?\; ls -A small_disk\; exit $code"
        "${PROGRAM}" ${short_run} --out small_disk)
    expect_exit_code(1)
    expect_one_sentence("cannot write 'small_disk/")
    expect_nothing_on(output)  # neither from the program nor from ls: no part of a file
else()
    message(NOTICE "skipped: a full disk, because no file system can be mounted here")
endif()
file(REMOVE "${WORK}/small_disk")

# A limit on the size of files, which needs no privilege: the limit's signal must not kill the program either.
if(SHELL)
    run("${SHELL}" -c "ulimit -f 8 && exec \"$0\" \"$@\"" "${PROGRAM}" ${short_run} --out limited)
    expect_exit_code(1)
    expect_one_sentence("cannot write 'limited/")
    expect_nothing_on(output)
    expect_files(limited)
else()
    message(NOTICE "skipped: a limit on the size of files, because there is no sh")
endif()

# A standard output that takes nothing: what was asked for was not delivered.
if(SHELL AND EXISTS /dev/full)
    foreach(arguments "--help" "${short_run};--out;unheard")
        run("${SHELL}" -c "exec \"$0\" \"$@\" > /dev/full" "${PROGRAM}" ${arguments})
        expect_exit_code(1)
        expect_one_sentence("standard output")
    endforeach()
    expect_results(unheard)
else()
    message(NOTICE "skipped: a full standard output, because there is no /dev/full")
endif()
