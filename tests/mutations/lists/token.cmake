# Prompts: embedding, rows of x and of y, the sign of a prediction.

in_header(token/prompt.hpp)
mutation(static/kind_in_other_numbers [[return !IsAnotherKindIn<Kind, typename OwnNumber<Kind>::type>;]] [[return true;]])
mutation(static/kind_in_other_numbers [[return !IsAnotherKindIn<Kind, float>;]] [[return true;]])
mutation(static/regression [[residuals = -product(weights, query_inputs)]] [[residuals = product(weights, query_inputs)]] short)
mutation(static/regression [[return -targets;]] [[return targets;]] short)
mutation(static/regression [[rows<0, Sizes.input>(tokens)]] [[rows<1, Sizes.input>(tokens)]])
mutation(static/regression [[rows<Sizes.input, Sizes.output>(tokens)]] [[rows<0, Sizes.output>(tokens)]])
mutation(static/regression [[rows<Sizes.input, Sizes.output>(tokens)]] [[rows<Sizes.input - 1, Sizes.output>(tokens)]])
mutation(static/regression [[.context = above(inputs, targets)]] [[.context = above(inputs, -targets)]])
mutation(static/regression [[.query = above(query_inputs, residuals)]] [[.query = above(-query_inputs, residuals)]])
mutation(static/prompt [[query_inputs, zero<Number, sizes.output, sizes.query>());]]
    [[query_inputs, generate<Number, sizes.output, sizes.query>([](int, int) { return Number(1); }));]])
mutation(unit/prompt [[query_inputs, zero<Number, sizes.output, sizes.query>());]]
    [[query_inputs, Matrix<Number, sizes.output, sizes.query>(-product(zero<Number, sizes.output, sizes.input>(), query_inputs)));]])
mutation(static/prompt [[return a.context == b.context && a.query == b.query;]] [[return a.query == b.query;]])
mutation(static/prompt [[return a.context == b.context && a.query == b.query;]] [[return a.context == b.context;]])
mutation(static/split [[.context = typename Context::Base(context), .query = typename Query::Base(query)}]]
    [[.context = typename Context::Base(context), .query = typename Query::Base(-query)}]])
mutation(static/prompt [[.context = typename Context::Base(context), .query = typename Query::Base(query)}]]
    [[.context = typename Context::Base(-context), .query = typename Query::Base(query)}]])
mutation(static/split [[return first.input == 0 && rest.input != 0 ? rest : first;]] [[return first;]])
mutation(compile_fail/split_of_layers [[if constexpr (!splits_agree(first, rest)) {]] [[if constexpr (false) {]])
mutation(compile_fail/wrong_shape_prompt_of_layer [[GivenShape.token_dim != Required.token_dim || GivenShape.context != Required.context]]
    [[GivenShape.token_dim != Required.token_dim]])
mutation(compile_fail/split_of_prompt [[} else if constexpr (!splits_agree(GivenShape, Required)) {]] [[} else if constexpr (false) {]])
mutation(compile_fail/wrong_numbers_of_layer [[} else if constexpr (!acts_on<LayerNumber, PromptNumber>) {]] [[} else if constexpr (false) {]])
mutation(compile_fail/wrong_tokens [[if constexpr (Shape.token_dim != Sizes.input + Sizes.output) {]] [[if constexpr (false) {]])
mutation(compile_fail/split_of_prediction [[} else if constexpr (!splits_agree(Shape, Sizes.tokens())) {]] [[} else if constexpr (false) {]])
mutation(static/layer_of_its_own [[return is_of_another_layer<Layer>(member);]] [[return false;]])
mutation(static/layer_of_its_own [[if constexpr (requires { &Layer::layer; }) {]] [[if constexpr (false) {]])
mutation(static/layer_of_its_own [[constexpr bool is_of_another_layer(Member*) {
    return false;]] [[constexpr bool is_of_another_layer(Member*) {
    return true;]])
mutation(static/layer_of_its_own [[if constexpr (requires { &Layer::layers; }) {]] [[if constexpr (false) {]])
mutation(static/layer_of_its_own [[if constexpr (requires { &Layer::heads; }) {]] [[if constexpr (false) {]])
mutation(static/layer_of_its_own [[if constexpr (requires { &Layer::map; }) {]] [[if constexpr (false) {]])
mutation(static/layer_of_its_own [[if constexpr (requires { &Layer::query; }) {]] [[if constexpr (false) {]])
mutation(static/layer_of_its_own [[if constexpr (requires { &Layer::key; }) {]] [[if constexpr (false) {]])

in_header(token/converted.hpp)
mutation(unit/converted [[is_once = is_once && parameters::has_mark(number, place);]] [[]])
mutation(unit/converted [[number.value() > mark)]] [[true)]])
set(t static/kind_in_other_numbers)
mutation(${t} [[ComesBackIn<Update, InOtherNumbers, typename OwnNumber<Update>::type>;]] [[true;]])
mutation(${t} [[return ComesBackIn<Update, InOtherNumbers, NumberOf<First>>;]] [[return true;]])
mutation(compile_fail/bounds_of_another_kind [[if constexpr (!is_the_same_kind<Update, InOtherNumbers>) {]] [[if constexpr (false) {]])
