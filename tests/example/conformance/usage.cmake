# A wrong command line, a wrong file and a size that is not compiled cost one sentence.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")
set(committed "${CMAKE_CURRENT_LIST_DIR}/../../vectors")
set(weights "${CMAKE_CURRENT_LIST_DIR}/../../files/weights")

function(expect_failure text)
    run("${PROGRAM}" ${ARGN})
    expect_exit_code(1)
    expect_one_sentence("${text}")
    expect_nothing_on(output)
endfunction()

expect_refusal("--gates expects numbers from 0 to 1, not '2'" --gates 0,2)
expect_refusal("--gates expects numbers from 0 to 1, not '-1/2'" --gates -1/2)
expect_refusal("'1/0' divides by zero" --gates 1/0)
expect_refusal("'' is no number" --betas 1,,2)
expect_refusal("--keys expects bounded, drawn or correlated, not 'a'" --keys a)
expect_refusal("--tokens expects a whole number from 1 to 10000, not '0'" --tokens 0)
expect_refusal("--number expects f64, f32, f16 or bf16, not 'f8'" --number f8)
expect_refusal("a file of answers is missing" --check a.npz)
expect_refusal("--check VECTOR is missing" mine.npz)
expect_failure("there is no rule 'gated', but additive, delta, gated_delta" --rule gated)
expect_failure("key_dim/value_dim/queries of 5/2/1 are none of the sizes that this program was compiled for; configure it anew with: cmake --preset release -D 'INCONTEXT_CONFORMANCE_SIZES="
    --key-dim 5)

# Vectors and answers that are none.
expect_failure("cannot read 'no.npz'" --check no.npz mine.npz)
expect_failure("cannot read 'mine.npz'" --check "${committed}/delta.npz" mine.npz)
expect_failure("this is no .npy file" --check "${committed}/delta.npz" "${weights}/kinds.safetensors")
expect_failure("is compressed" --check "${committed}/delta.npz" "${weights}/compressed.npz")
expect_failure("'m' is no answer of this vector, but output, present_state" --check "${committed}/delta.npz" "${weights}/two.npz")
expect_failure("'output' is [3 x 4], and [5 x 2] belongs there" --check "${committed}/delta.npz" "${weights}/f4.npy")

# A vector that was changed is not believed.
file(COPY "${committed}/delta.npz" "${committed}/additive.npz" "${committed}/additive.json" DESTINATION "${WORK}")
expect_failure("cannot read 'delta.json'" --check delta.npz mine.npz)
file(RENAME "${WORK}/additive.json" "${WORK}/delta.json")
expect_failure("its answers are not those that this program computes" --check delta.npz mine.npz)
file(WRITE "${WORK}/delta.json" "{}")
expect_failure("'delta.json': " --check delta.npz mine.npz)
file(REMOVE "${WORK}/delta.npz" "${WORK}/delta.json" "${WORK}/additive.npz")
expect_files("")
