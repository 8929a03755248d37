#include "pipeline/letterboxTables.h"

#include "cuda/check.h"

namespace trtfairmot
{

namespace
{

size_t countOf(FrameGeometry const& g)
{
    return g.columns.first.size() + g.columns.weights.size() + g.rows.first.size() + g.rows.weights.size();
}

} // namespace

LetterboxTables::LetterboxTables(int device, FrameGeometry const& geometry, cudaStream_t stream)
    : mGeometry(geometry)
    , mMemory(device, countOf(geometry) * sizeof(int32_t))
{
    std::vector<int32_t> packed;
    packed.reserve(countOf(geometry));
    for (auto const* part :
        {&geometry.columns.first, &geometry.columns.weights, &geometry.rows.first, &geometry.rows.weights})
    {
        packed.insert(packed.end(), part->begin(), part->end());
    }
    CUDA_CHECK(cudaMemcpyAsync(
        mMemory.as(), packed.data(), packed.size() * sizeof(int32_t), cudaMemcpyHostToDevice, stream));
    CUDA_CHECK(cudaStreamSynchronize(stream));
}

LetterboxParameters LetterboxTables::parameters() const
{
    auto const& g = mGeometry;
    auto const* columns = mMemory.as<int32_t>();
    auto const* rows = columns + g.columns.first.size() + g.columns.weights.size();
    LetterboxParameters p;
    p.format = g.format;
    p.sourceWidth = g.width;
    p.sourceHeight = g.height;
    p.columns = {g.columns.taps, static_cast<int32_t>(g.columns.first.size()), columns,
        columns + g.columns.first.size(), g.columns.total};
    p.rows = {g.rows.taps, static_cast<int32_t>(g.rows.first.size()), rows, rows + g.rows.first.size(), g.rows.total};
    p.resampling = g.resampling;
    p.left = g.left;
    p.top = g.top;
    return p;
}

} // namespace trtfairmot
