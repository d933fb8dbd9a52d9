# Every mistake is recognised by its answers, and told with the first entry that differs.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(count 0)
foreach(rule additive delta gated_delta channel_gated_delta decoupled_delta low_rank implicit_delta normalised_delta
        least_squares ridge_memory mini_batch momentum)
    expect_success(--rule ${rule} --initial-state --chunk 4 --gates 1/2,3/4,7/8,5/8,1/4 --betas 1/2,2,1/4,3/4 --mistakes --out ${rule})
    string(REGEX MATCHALL "[^\n]+npz: [^\n]+" lines "${output}")
    foreach(line IN LISTS lines)
        string(REGEX MATCH "^(.*npz): (.*)$" line "${line}")
        set(file "${CMAKE_MATCH_1}")
        set(sentence "${CMAKE_MATCH_2}")
        run("${PROGRAM}" --check "${rule}/${rule}.npz" "${rule}/${file}")
        expect_exit_code(1)
        expect_one_sentence("; it matches ${sentence}")
        expect_one_sentence("differs first at ")
        expect_nothing_on(output)
        if(errors MATCHES ", or ")
            failed("one mistake alone should match")
        endif()
        math(EXPR count "${count} + 1")
    endforeach()
endforeach()
if(count LESS 50)
    message(SEND_ERROR "at least 50 mistakes should be made, not ${count}")
endif()

# The place of the difference.
expect_success(--initial-state --gates 1/2,3/4 --mistakes --out places --quiet)
run("${PROGRAM}" --check places/gated_delta.npz places/gated_delta.keys_that_do_not_fade.npz)
expect_one_sentence("differs first at token 2, entry [0, 0]: ")  # the first chunk of two is right

# With rates of 1 the rule with a beta of 1 is the rule itself, and from a state of 0 so is the one that ignores past_state: a kernel
# that is wrong by little more than rounding makes neither mistake.
expect_success(--rule delta --betas 1 --mistakes --out itself --quiet)
expect_success(--rule delta --betas 8388613/8388608 --mistakes --out little --quiet)
run("${PROGRAM}" --check itself/delta.npz little/delta.past_state_ignored.npz)
expect_exit_code(1)
expect_one_sentence("; it is none of the mistakes that are known")
