# The report on a few measurements that were made up: tables, charts, and what is said of files that are no use.
include("${CMAKE_CURRENT_LIST_DIR}/../../tests/example/support/program.cmake")

set(fixture "${CMAKE_CURRENT_LIST_DIR}/fixture")
set(files layer absent damaged other training_step pytorch_peer context_length compile_cost)
list(TRANSFORM files PREPEND "${fixture}/")
list(TRANSFORM files APPEND ".json")

# expect_as_in_fixture(DIRECTORY NAME): the same text, but for the figures where there is nothing to draw them with.
function(expect_as_in_fixture directory name)
    file(READ "${WORK}/${directory}/${name}" actual)
    file(READ "${fixture}/${name}" expected)
    if(NOT GNUPLOT)
        string(REGEX REPLACE "\n(!\\[[^\n]*\n)+" "" expected "${expected}")
    endif()
    if(NOT actual STREQUAL expected)
        message(SEND_ERROR "'${WORK}/${directory}/${name}' should be as '${fixture}/${name}'")
    endif()
endfunction()

# ---------------------------------------------------------------------------------------------------- tables, charts ----

set(tables results.csv results.md)
set(figures compile.svg layer.svg parts_1_layer.svg peak_layer.svg prediction.svg stacks.svg training_step_1_layer.svg)

file(WRITE "${WORK}/report/query_only.svg" "of the last report")  # shows what is not measured any more
expect_success(${files} --out report)
expect_results(report)
expect_as_in_fixture(report results.md)
expect_as_in_fixture(report results.csv)

# ---------------------------------------------------------------------------------------------------- what is left out ----

expect_output(
    "layer.json': 'query_only/incontext_lanes/11' is left out: it failed"
    "layer.json': 'nameless' is left out: its name is not work/competitor/size"
    "absent.json' is skipped: it cannot be read"
    "damaged.json' is skipped: it is not JSON, or not all of it"
    "other.json' is skipped: it is not what Google Benchmark writes"
    "no query_only.svg: nothing that it would show was measured")
expect_output_without("peak/float")
expect_output_without("layer.json' is skipped")

run("${PROGRAM}" "${fixture}/other.json" --out nothing)
expect_exit_code(1)
expect_one_sentence("no benchmark was found in any of these files")
expect_refusal("files is required")
expect_refusal("'--files'" --files "${fixture}/layer.json")
expect_files("" report)
