# The same bits for any number of threads and of ranks; the next start repeats what is not finished, and nothing else.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(grid --input 5,10 --context 10 --steps 20,40 --batch 32 --seeds 0:1,7)
set(cells 12)

# expect_same_rows(DIRECTORY): those of the serial run.
function(expect_same_rows directory)
    execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${WORK}/serial/sweep.csv" "${WORK}/${directory}/sweep.csv"
        RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
    if(differs)
        message(SEND_ERROR "the rows in ${directory} should be those of the serial run: see ${WORK}")
    endif()
endfunction()

expect_success(${grid} --out serial)
expect_output("${cells} cells, of which 0 are finished" "results in serial/sweep.csv")
expect_files(serial cells seconds.csv sweep.csv)
file(STRINGS "${WORK}/serial/sweep.csv" rows)
list(LENGTH rows count)
math(EXPR expected "${cells} + 1")
if(NOT count EQUAL expected)
    message(SEND_ERROR "sweep.csv should have ${expected} lines, and has ${count}")
endif()
list(GET rows 1 first)
list(GET rows 12 last)
if(NOT first MATCHES "^5,10,1,20,32,0.001,0," OR NOT last MATCHES "^10,10,1,40,32,0.001,7,")
    message(SEND_ERROR "the rows should be in the order of the grid: ${first} ... ${last}")
endif()
list(REMOVE_AT rows 0)
list(TRANSFORM rows REPLACE "^[^,]*,[^,]*,[^,]*,[^,]*,[^,]*,[^,]*,[^,]*,([^,]*),.*" "\\1")
list(REMOVE_DUPLICATES rows)
list(LENGTH rows count)
if(NOT count EQUAL cells)
    message(SEND_ERROR "every cell should have a loss of its own: ${rows}")
endif()

expect_success(${grid} --threads 2 --out threads --quiet)
expect_same_rows(threads)

# Nothing is trained twice.
expect_success(${grid} --out serial)
expect_output("${cells} cells, of which ${cells} are finished")
expect_output_without("took")
expect_same_rows(serial)

# What is missing is trained, and that alone; a larger grid takes what there is.
file(REMOVE "${WORK}/threads/cells/5x10x1_steps40_batch32_rate0.001_seed1.csv" "${WORK}/threads/sweep.csv")
expect_success(${grid} --out threads)
expect_output("${cells} cells, of which 11 are finished" "5x10x1 seed 1: loss" "1 of 1, took")
expect_same_rows(threads)
expect_success(--input 5 --context 10,20 --steps 20 --batch 32 --seeds 0 --out threads)
expect_output("2 cells, of which 1 are finished" "5x20x1 seed 0")

# A cell that is not its own row is not believed, and stays.
set(cell "${WORK}/threads/cells/5x10x1_steps20_batch32_rate0.001_seed0.csv")
file(READ "${cell}" good)
foreach(bad "" "5,10,1,20,32,0.001,0,1,1,1,0,1" "5,10,1,20,32,0.001,1,1,1,1,0,1\n" "5,10,1,20,32,0.001,0,1\n" "${good}${good}"
        "5,10,1,20,32,0.001,0,nan,1,1,0,1\n" "5,10,1,20,32,0.001,0,banana,1,1,0,1\n" "5,10,1,20,32,0.001,0,2,1,1,99,1\n"
        "5,10,1,20,32,0.001,0,1,1,1,0,1e999\n" "5,10,1,20,32,0.001,0,1,1,1,0,1,2\n")
    file(WRITE "${cell}" "${bad}")
    run("${PROGRAM}" ${grid} --out threads)
    expect_exit_code(1)
    expect_one_sentence("is not the row of its cell: remove it, and the cell is trained again")
    file(READ "${cell}" now)
    if(NOT now STREQUAL bad)
        message(SEND_ERROR "a cell that is refused should be left as it is")
    endif()
endforeach()
file(WRITE "${cell}" "${good}")

# Cells of another build are not mixed with those of this one.
file(READ "${WORK}/threads/cells/build.txt" build)
if(NOT build MATCHES "^version: .*compiler: .*flags: ")
    message(SEND_ERROR "build.txt should say by what the cells were made: ${build}")
endif()
file(WRITE "${WORK}/threads/cells/build.txt" "version: 0\n")
run("${PROGRAM}" ${grid} --out threads)
expect_exit_code(1)
expect_one_sentence("the cells there are of another build")
file(WRITE "${WORK}/threads/cells/build.txt" "${build}")

# A kill in the middle loses the cell that was trained and no other.
set(long --input 5,10 --context 10 --steps 20,40,3000 --batch 32 --seeds 0:1,7)
expect_success(${long} --out long --quiet)
set(ENV{SIGNAL} KILL)
run(sh "${support}/interrupt.sh" "${WORK}/killed/cells/5x10x1_steps40_batch32_rate0.001_seed7.csv" "${PROGRAM}" ${long} --out killed)
set(ENV{SIGNAL})
if(EXISTS "${WORK}/killed/sweep.csv")
    message(SEND_ERROR "the run should have been killed before its end")
endif()
expect_success(${long} --out killed)
if(output MATCHES "of which [0-5] are finished")
    failed("six cells were finished when the run was killed")
endif()
execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${WORK}/long/sweep.csv" "${WORK}/killed/sweep.csv"
    RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
if(differs)
    message(SEND_ERROR "the rows after a kill should be those of a run that was not killed")
endif()

# ------------------------------------------------------------------------------------------------------ under MPI ----

expect_success(--help)
if(output MATCHES "Compiled without MPI")
    set(ENV{OMPI_COMM_WORLD_SIZE} 2)
    run("${PROGRAM}" ${grid} --out mpi)
    expect_exit_code(1)
    expect_one_sentence("it was started under MPI and compiled without")
    return()
endif()
find_program(MPIRUN mpirun REQUIRED)
set(ENV{OMPI_ALLOW_RUN_AS_ROOT} 1)  # as in a container
set(ENV{OMPI_ALLOW_RUN_AS_ROOT_CONFIRM} 1)
set(mpirun "${MPIRUN}" --oversubscribe)
foreach(ranks 1 2 3)
    run(${mpirun} -n ${ranks} "${PROGRAM}" ${grid} --out ranks_${ranks})
    expect_exit_code(0)
    expect_same_rows(ranks_${ranks})
    expect_files(ranks_${ranks} cells seconds.csv sweep.csv)
endforeach()

# All ranks are killed in the middle; the next start, with other ranks, repeats only what is not finished.
set(ENV{SIGNAL} KILL)
run(sh "${support}/interrupt.sh" "${WORK}/half/cells/5x10x1_steps40_batch32_rate0.001_seed7.csv" ${mpirun} -n 2 "${PROGRAM}" ${long} --out half)
set(ENV{SIGNAL})
foreach(try RANGE 100)  # the ranks notice a moment later that mpirun was killed; until then the directory is theirs
    run(${mpirun} -n 3 "${PROGRAM}" ${long} --out half)
    if(NOT errors MATCHES "belongs to another run")
        break()
    endif()
    execute_process(COMMAND "${CMAKE_COMMAND}" -E sleep 0.1)
endforeach()
expect_exit_code(0)
if(output MATCHES "of which [01] are finished")
    failed("what was finished before the kill should not be repeated")
endif()
execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${WORK}/long/sweep.csv" "${WORK}/half/sweep.csv"
    RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
if(differs)
    message(SEND_ERROR "the rows after a kill under MPI should be those of a run that was not killed")
endif()

# One rank that fails ends all, with its sentence.
file(WRITE "${WORK}/half/cells/5x10x1_steps20_batch32_rate0.001_seed0.csv" "")
run(${mpirun} -n 2 "${PROGRAM}" ${grid} --out half)
if(exit_code EQUAL 0 OR NOT errors MATCHES "sweep: rank 0: .*is not the row of its cell")
    failed("a rank that fails should end all with its sentence")
endif()
