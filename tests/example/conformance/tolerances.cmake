# A tolerance that is not small beside the answers accepts wrong numbers: such a check cannot tell, and says how many it can.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

# From a state of 0 the rule that ignores past_state is right, so its file holds the right answers, in f32.
set(right delta/delta.past_state_ignored.npz)
expect_success(--rule delta --tokens 40 --out delta --mistakes --quiet)
run("${PROGRAM}" --check delta/delta.npz ${right})
expect_exit_code(0)
expect_output("right: " "output: 80 of 80 told; present_state: 6 of 6 told")
run("${PROGRAM}" --check delta/delta.npz ${right} --number bf16)
expect_exit_code(3)
expect_output("cannot tell: of 86 numbers of bf16 only " "; first output, token ")
expect_nothing_on(errors)

# The exit code says both without a word.
expect_success(--check delta/delta.npz ${right} --quiet)
run("${PROGRAM}" --check delta/delta.npz ${right} --number bf16 --quiet)
expect_exit_code(3)
expect_nothing_on(output)
expect_nothing_on(errors)

# Bounded keys keep a stream of 128 tokens tellable in f32; keys of any length do not.
expect_success(--tokens 128 --initial-state --out bounded)
expect_output("A check can tell: 262 of 262 in f64, 262 of 262 in f32, ")
expect_success(--tokens 128 --initial-state --keys drawn --out drawn)
expect_output("A check can tell: 262 of 262 in f64, 138 of 262 in f32, ")

# A kernel that answers 0 is wrong, and no mistake that is known, however large the tolerances become.
expect_success(--tokens 128 --betas 0 --out zeros --mistakes --quiet)
foreach(keys bounded drawn)
    run("${PROGRAM}" --check ${keys}/gated_delta.npz zeros/gated_delta.past_state_ignored.npz)
    expect_exit_code(1)
    expect_one_sentence("output differs first at token 0, entry [0, 0]: 0 in place of ")
    expect_one_sentence("; it is none of the mistakes that are known")
endforeach()
