# Stacks, and the parts that a layer can be wrapped in.

in_header(stack/stack.hpp)
set(t static/at_one_size)
mutation(static/at_one_size [[                return layer(tokens);]] [[                return layer(layer(tokens));]])
mutation(${t} [[            see(after);
            see_from<Index + 1>(after, see);]] [[            see_from<Index + 1>(after, see);
            see(after);]])
mutation(${t} [[see_from<Index + 1>(after, see);]] [[see_from<Index + 1>(tokens, see);]])
mutation(static/token_wise [[shape_after_layers<incontext::shape_after<First, Given>, Layers...>;]] [[shape_after_layers<Given, Layers...>;]])
mutation(${t} [[        for (int k = 0; k < Depth; ++k) {
            prompt = layer(prompt);
        }]] [[        for (int k = 1; k < Depth; ++k) {
            prompt = layer(prompt);
        }]])
mutation(${t} [[            prompt = layer(prompt);
            see(prompt);
        }
]] [[            see(prompt);
            prompt = layer(prompt);
        }
]])
set(t static/at_one_size)
mutation(${t} [[for (int k = 1; k < Stack::depth; ++k) {
            before_last = stack.layer(before_last);]] [[for (int k = 0; k < Stack::depth; ++k) {
            before_last = stack.layer(before_last);]])
mutation(${t} [[for (int k = 1; k < Stack::depth; ++k) {
            before_last = stack.layer(before_last);]] [[for (int k = 2; k < Stack::depth; ++k) {
            before_last = stack.layer(before_last);]])
mutation(${t} [[return answer_by_tokens<Asked, First + 1>(stack, after);]] [[return answer_by_tokens<Asked, First + 1>(stack, prompt);]])
mutation(${t} [[for (int k = 1; k < Stack::depth; ++k) {
            before_last = updated(stack.layer, before_last);]] [[for (int k = 0; k < Stack::depth; ++k) {
            before_last = updated(stack.layer, before_last);]])
mutation(${t} [[return answer_by_gram<Asked, First + 1>(stack, updated(stack.template layer_at<First>(), prompt));]]
    [[return answer_by_gram<Asked, First + 1>(stack, prompt);]])
mutation(static/plan [[(plans::answering_by_gram<Asked>) < multiplications]] [[(plans::answering_by_gram<Asked>) > multiplications]])
mutation(unit/one_part_out_of_range [[fall_back_on(plans::answering_by_tokens<Asked>, stack, prompt, result, result);]] [[]])
set(t static/at_one_size)
mutation(${t} [[of_rest(stack, result_of(of_layer))]] [[of_rest(stack, prompt)]])
mutation(static/two_layers [[layer_gradient, gradient.template layer_at<First + 1>());]] [[gradient.template layer_at<First + 1>(), layer_gradient);]])
mutation(static/two_layers [[    times_through_lower<Upper> *
        multiplications<]] [[    multiplications<]])
mutation(${t} [[ParametersAndPrompt{}, stack, result_of(pass.of_layer), pass.of_rest]] [[ParametersAndPrompt{}, stack, prompt, pass.of_rest]])
mutation(${t} [[return pull_back<AllTokens>(wanted, layer, prompt, pass.of_layer, of_layer, layer_gradient);]]
    [[return pull_back<AllTokens>(wanted, layer, result_of(pass.of_layer), pass.of_layer, of_layer, layer_gradient);]])
mutation(static/at_one_size [[predictions.after[depth++] = prediction<Sizes>(tokens);]] [[predictions.after[depth++] = -prediction<Sizes>(tokens);]])

in_header(stack/parts.hpp)
mutation(static/parts_without_parameters [=[    [[no_unique_address]] Layer layer;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"layer">, &Residual::layer> {};]=] [=[    Layer layer;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"layer">, &Residual::layer> {};]=])
mutation(compile_fail/part_that_loses_its_factor [[    std::same_as<typename Kind::template with_layer<decltype(Kind::layer)>, Kind>;]] [[    true;]])
mutation(${t} [[result(part.after_layer(Asked{}, prompt, result_of(of_layer)))]] [[result(result_of(of_layer))]])
mutation(static/own_part [[return part.after_layer(asked, prompt, answer<Asked>(part.layer, prompt));]] [[return answer<Asked>(part.layer, prompt);]])
mutation(static/own_part [[part.back_to_layer(asked, prompt, result_of(pass.of_layer), cotangent, gradient);]] [[cotangent;]])
mutation(static/own_part [[part.back_to_layer(asked, prompt, result_of(pass.of_layer), cotangent, gradient);]]
    [[part.back_to_layer(asked, prompt, pass.result, cotangent, gradient);]])
mutation(${t} [[{ of_prompt += past; }]] [[{ static_cast<void>(of_prompt), static_cast<void>(past); }]])
mutation(${t} [[{ of_prompt += past; }]] [[{ of_prompt -= past; }]])
# Damped
set(t static/at_one_size)
mutation(${t} [[before + damping * (after - before)]] [[before - damping * (after - before)]])
mutation(${t} [[before + damping * (after - before)]] [[before + (after - before)]])
mutation(${t} [[before + damping * (after - before)]] [[damping * (after - before)]])
mutation(${t} [[before + damping * (after - before)]] [[before + damping * after]])
mutation(${t} [[before + damping * (after - before)]] [[after + damping * (after - before)]])
set(t static/at_one_size)
mutation(${t} [[gradient.damping += inner_product(c, after - before);]] [[]])
mutation(${t} [[gradient.damping += inner_product(c, after - before);]] [[gradient.damping -= inner_product(c, after - before);]])
mutation(${t} [[gradient.damping += inner_product(c, after - before);]] [[gradient.damping += inner_product(c, after);]])
mutation(${t} [[gradient.damping += inner_product(c, after - before);]] [[gradient.damping = inner_product(c, after - before);]])
mutation(${t} [[return damping * c;]] [[return c;]])
mutation(${t} [[return c - damping * c;]] [[return c;]])
mutation(${t} [[return c - damping * c;]] [[return c + damping * c;]])
mutation(${t} [[return c - damping * c;]] [[return damping * c;]])
# OnlyTargetsMove
mutation(static/at_one_size [[return x_above_y(before, after);]] [[return x_above_y(after, before);]])
mutation(static/at_one_size [[return x_above_y(before, after);]] [[return after;]])
mutation(${t} [[return x_above_y(zero_like(c), c);]] [[return c;]])
mutation(${t} [[return x_above_y(c, zero_like(c));]] [[return c;]])
mutation(${t} [[return x_above_y(c, zero_like(c));]] [[return zero_like(c);]])
mutation(${t} [[return of_y;]] [[return of_x;]])
mutation(static/at_one_size [[above(inputs<Sizes>(of_x), targets<Sizes>(of_y))]] [[above(inputs<Sizes>(of_y), targets<Sizes>(of_x))]])
# Clipped
set(t static/clip)
mutation(${t} [[smaller(larger(tokens(row, col), Number(-Limit)), Number(Limit))]] [[smaller(tokens(row, col), Number(Limit))]])
mutation(${t} [[smaller(larger(tokens(row, col), Number(-Limit)), Number(Limit))]] [[larger(tokens(row, col), Number(-Limit))]])
mutation(${t} [[where_below(tokens(row, col), Number(Limit), c(row, col))]] [[c(row, col)]])
mutation(${t} [[where_below(tokens(row, col), Number(Limit), c(row, col))]] [[where_below(tokens(row, col), Number(2 * Limit), c(row, col))]])
