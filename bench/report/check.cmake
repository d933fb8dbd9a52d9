# The report on a few measurements that were made up: tables, charts, and what is said of files that are no use.
include("${CMAKE_CURRENT_LIST_DIR}/../../tests/example/support/program.cmake")

set(fixture "${CMAKE_CURRENT_LIST_DIR}/fixture")
set(files layer absent damaged other training_step pytorch_peer compile_cost context_length)
list(TRANSFORM files PREPEND "${fixture}/")
list(TRANSFORM files APPEND ".json")

# ---------------------------------------------------------------------------------------------------- tables, charts ----

set(tables results.md)
set(figures layer.svg peak_layer.svg training_step_1_layer.svg)

file(WRITE "${WORK}/report/prediction.svg" "of the last report")  # shows what is not measured any more
list(REMOVE_ITEM files "${fixture}/context_length.json")
expect_success(${files} --out report)
expect_results(report)
expect_output("no prediction.svg: nothing that it would show was measured")

list(APPEND files "${fixture}/context_length.json")
list(APPEND figures prediction.svg)
expect_success(${files} --out report)
expect_results(report)
file(READ "${WORK}/report/results.md" actual)
file(READ "${fixture}/results.md" expected)
if(NOT actual STREQUAL expected)
    message(SEND_ERROR "'${WORK}/report/results.md' should be as '${fixture}/results.md'")
endif()

# Names are words, and each chart says on what it was measured.
foreach(figure IN LISTS figures)
    expect_in_figure(report/${figure} "<desc" "AMD EPYC of a fixture; g++ 12.2.0; -O3 -march=native; -O3 -march=x86-64-v3.")
    expect_not_in_figure(report/${figure} "incontext lanes" "incontext_" "eigen fixed" "eigen_" "pytorch")
endforeach()
expect_in_figure(report/layer.svg ">incontext<" ">Eigen, lazyProduct<" ">PyTorch, fastest<")
expect_in_figure(report/training_step_1_layer.svg ">incontext, 2 threads<" ">PyTorch, fastest, 2 threads<")
expect_in_figure(report/prediction.svg ">incontext, Gram")

# ---------------------------------------------------------------------------------------------------- what is left out ----

expect_output(
    "layer.json': 'query_only/incontext_lanes/11' is left out: it failed"
    "layer.json': 'nameless' is left out: its name is not work/competitor/size"
    "absent.json' is skipped: it cannot be read"
    "damaged.json' is skipped: it is not JSON, or not all of it"
    "other.json' is skipped: it is not what Google Benchmark writes")
expect_output_without("peak/float")
expect_output_without("layer.json' is skipped")

run("${PROGRAM}" "${fixture}/other.json" --out nothing)
expect_exit_code(1)
expect_one_sentence("no benchmark was found in any of these files")
expect_refusal("files is required")
expect_refusal("'--files'" --files "${fixture}/layer.json")
expect_files("" report)
