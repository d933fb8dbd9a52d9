/* SPDX-License-Identifier: MIT
 * Compares a kernel in C with a vector: cc -std=c99 use_vectors.c -lm. Here the kernel is a loop over the gated delta rule. */
#include <stdio.h>

#include "gated_delta.h"

enum { K = gated_delta_key_dim, V = gated_delta_value_dim, T = gated_delta_tokens };

/* output [T x V], state [K x V], which begins with past_state. */
static void kernel(float* output, float* state) {
    for (int t = 0; t < T; ++t) {
        float const* k = gated_delta_key_f32 + t * K;
        float const gate = expf(gated_delta_decay_f32[t]);
        for (int v = 0; v < V; ++v) {
            float error = gated_delta_value_f32[t * V + v];
            for (int i = 0; i < K; ++i) {
                state[i * V + v] *= gate;
                error -= state[i * V + v] * k[i];
            }
            output[t * V + v] = 0;
            for (int i = 0; i < K; ++i) {
                state[i * V + v] += gated_delta_beta_f32[t] * error * k[i];
                output[t * V + v] += state[i * V + v] * gated_delta_query_f32[t * K + i];
            }
        }
    }
}

static int differs(char const* name, float const* yours, float const* expected, double const* tolerance, int count) {
    for (int i = 0; i < count; ++i) {
        if (!(fabs((double)yours[i] - (double)expected[i]) <= tolerance[i])) {
            printf("%s[%d] is %g and not %g\n", name, i, (double)yours[i], (double)expected[i]);
            return 1;
        }
    }
    printf("%s is right\n", name);
    return 0;
}

int main(void) {
    float output[T * V];
    float state[K * V];
    for (int i = 0; i < K * V; ++i) {
        state[i] = gated_delta_past_state_f32[i];
    }
    kernel(output, state);
    return differs("output", output, gated_delta_output_f32, gated_delta_output_tolerance_f32, T * V) |
           differs("present_state", state, gated_delta_present_state_f32, gated_delta_present_state_tolerance_f32, K * V);
}
