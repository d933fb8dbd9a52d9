# The claim itself, after a fifth of the default training: the trained layer is one step of gradient descent.
include("${CMAKE_CURRENT_LIST_DIR}/support/one_step.cmake")

# 1 s in a release build, half a minute of two cores under the sanitizers.
run_one_step(--steps 1000 --eval-every 500 --quiet --out learned)
expect_exit_code(0)
expect_nothing_on(output)
expect_files(learned ${results})

file(READ "${WORK}/learned/run.json" record)
json(loss_scan loss_scan)
expect_between(loss_scan 0.2046878 0.2046898)

# within_one_percent(NAME): a loss beside that of the gradient step.
function(within_one_percent name)
    json(loss ${name})
    in_billionths(loss_billionths "${loss}")
    in_billionths(scan_billionths "${loss_scan}")
    math(EXPR percents "100 * (${loss_billionths} - ${scan_billionths})")
    if(percents GREATER scan_billionths OR percents LESS -${scan_billionths})
        message(SEND_ERROR "${name} = ${loss} should be within 1 % of loss_scan = ${loss_scan}")
    endif()
endfunction()
within_one_percent(loss_trained)
within_one_percent(loss_interpolated)

json(cosine cosine)
expect_between(cosine 0.998 1)
json(prediction_difference prediction_difference)
expect_between(prediction_difference 0 0.03)
