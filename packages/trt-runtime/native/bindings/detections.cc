#include "bindings/detections.h"

#include <algorithm>
#include <cstring>

namespace trtfairmot
{

namespace
{

template <typename Array>
Array copyOf(Napi::Env env, void const* data, size_t count)
{
    auto array = Array::New(env, count);
    std::memcpy(array.Data(), data, count * array.ElementSize());
    return array;
}

// Which output held NaN, or null.
char const* nanIn(DetectionsHeader const& header, bool decoded)
{
    if (header.nanInHeatMap != 0)
    {
        return decoded ? "scores" : "hm";
    }
    if (header.nanInBoxes != 0)
    {
        return decoded ? "boxes" : "wh or reg";
    }
    if (header.nanInEmbeddings != 0)
    {
        return decoded ? "embeddings" : "id";
    }
    return nullptr;
}

} // namespace

Napi::Object detectionsFrom(Napi::Env env, char const* rows, int32_t topK, int32_t embeddingSize, bool decoded)
{
    auto const layout = DetectionsLayout::of(topK, embeddingSize);
    auto const& header = *reinterpret_cast<DetectionsHeader const*>(rows);
    size_t const count = std::min(header.count, static_cast<uint32_t>(topK));
    auto result = Napi::Object::New(env);
    result.Set("count", static_cast<double>(count));
    result.Set("candidates", static_cast<double>(header.candidates));
    result.Set("boxes", copyOf<Napi::Float32Array>(env, rows + layout.boxes, 4 * count));
    result.Set("scores", copyOf<Napi::Float32Array>(env, rows + layout.scores, count));
    result.Set("classes", copyOf<Napi::Int32Array>(env, rows + layout.classes, count));
    result.Set("embeddings",
        copyOf<Napi::Float32Array>(env, rows + layout.embeddings, count * static_cast<size_t>(embeddingSize)));
    result.Set("embeddingSize", embeddingSize);
    auto const* nan = nanIn(header, decoded);
    result.Set("nan", nan ? Napi::String::New(env, nan).As<Napi::Value>() : env.Null().As<Napi::Value>());
    return result;
}

} // namespace trtfairmot
