# A wrong command line, a wrong file and a size that is not compiled cost one sentence.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")
set(weights "${CMAKE_CURRENT_LIST_DIR}/../../files/weights")

# expect_failure(SENTENCE_SAYS ARGUMENT...): something that was given cannot be inspected.
function(expect_failure text)
    run("${PROGRAM}" ${ARGN})
    expect_exit_code(1)
    expect_one_sentence("${text}")
    expect_nothing_on(output)
endfunction()

expect_refusal("a file of weights is missing")
expect_refusal("--layout is missing: output-by-input" "${weights}/kinds.safetensors")
expect_refusal("--layout expects output-by-input or input-by-output, not 'rows'" a --layout rows)
expect_refusal("--layout of PyTorch's in_proj_weight is output-by-input"
    "${weights}/pytorch_trained.safetensors" --layout input-by-output)
expect_refusal("'--step'" --step 5)

expect_failure("cannot read 'no.safetensors'" no.safetensors --layout output-by-input)
expect_failure("this is no whole safetensors file" "${weights}/f4.npy" --layout output-by-input)
expect_failure("is compressed" "${weights}/compressed.npz" --layout output-by-input)
expect_failure("no array under the prefix '' is named query" "${weights}/kinds.safetensors" --layout output-by-input)
expect_failure("is [33 x 11], and not [3 token_dim x token_dim] of 2 heads"
    "${weights}/pytorch_trained.safetensors" --layout output-by-input --heads 2)

# A step of gradient descent and something beside it is another model: what is not read is named, and not passed over.
function(expect_refused_part prefix sentence)
    expect_failure("${sentence}" "${weights}/parts.safetensors" --layout output-by-input --prefix ${prefix})
endfunction()
set(no_array "is no array of a layer of linear attention; where the model is without it, give the --prefix of its own")
expect_refused_part(bias. "'bias.in_proj_bias' is not zero, and a layer of linear attention has no biases")
expect_refused_part(array. "'array.bias' ${no_array}")
expect_refused_part(norm. "'norm.layers.0.norm.scale' ${no_array}")
expect_refused_part(map. "'map.layers.1.map.first' ${no_array}")
expect_refused_part(damped. "'damped.damping' ${no_array}")
expect_refused_part(no_query. "'no_query.layers.1.key' ${no_array}")
expect_refused_part(gap. "it has 'gap.layers.2.key' and no array under 'gap.layers.1.', so a part of the model is not there")
expect_refused_part(narrow "'narrow.out_proj.weight' is [11 x 7], and not [token_dim x token_dim], 11")
expect_refused_part(both. "'both.query' is beside other projections of the same layer")
expect_refused_part(two_dims. "the layer 'two_dims.' has, in its head 1, tokens of another dimension than the first")
expect_refused_part(small. "the layer 'small.layers.1.' has, in its head 0, tokens of another dimension than the first")

# Tokens of dimension 6, of which nobody compiled anything: the line that does.
expect_failure("configure it anew with: cmake --preset release -D 'INCONTEXT_INSPECT_SIZES=10/1/10;5/1/5'"
    "${weights}/pytorch_heads_1.safetensors" --layout output-by-input --prefix self_attn.)
expect_failure("INCONTEXT_INSPECT_SIZES=10/1/10;4/2/7'"
    "${weights}/pytorch_heads_2.safetensors" --layout output-by-input --prefix self_attn. --heads 2 --outputs 2 --context 7)

# More outputs than rows, heads where none are split, and weights whose products are no numbers: nothing is written then.
set(huge "${weights}/huge.safetensors")
expect_failure("tokens of dimension 11 have no more than 10 outputs, and not 11" "${huge}" --layout output-by-input --outputs 11)
expect_refusal("--heads is of layers in PyTorch's layout" "${huge}" --layout output-by-input --heads 7)
expect_files("")
expect_failure("its weights are so large that they leave the range of the numbers here" "${huge}" --layout output-by-input)
expect_files(out/inspect)
