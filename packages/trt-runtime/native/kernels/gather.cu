// Third kernel of decode: a warp per detection reads its box and embedding from the maps and writes one row.
#include "cuda/check.h"
#include "kernels/decodeParts.cuh"

namespace trtfairmot
{

namespace
{

constexpr int32_t kWARP = 32;
constexpr int32_t kROWS_PER_BLOCK = 4;
// torch.nn.functional.normalize
constexpr float kSMALLEST_NORM = 1e-12F;

__device__ float sumOverWarp(float value)
{
    for (int32_t offset = kWARP / 2; offset > 0; offset /= 2)
    {
        value += __shfl_xor_sync(0xFFFFFFFFU, value, offset);
    }
    return value;
}

__device__ float4 boxAt(DecodeParameters const& parameters, int32_t image, int32_t pixel)
{
    bool const hasOffset = parameters.reg.data != nullptr;
    float const x = pixel % parameters.width + (hasOffset ? headValue(parameters.reg, image, 0, pixel) : 0.5F);
    float const y = pixel / parameters.width + (hasOffset ? headValue(parameters.reg, image, 1, pixel) : 0.5F);
    float const first = headValue(parameters.wh, image, 0, pixel);
    float const second = headValue(parameters.wh, image, 1, pixel);
    bool const sides = parameters.wh.channels == 4;
    float const right = sides ? headValue(parameters.wh, image, 2, pixel) : first / 2;
    float const bottom = sides ? headValue(parameters.wh, image, 3, pixel) : second / 2;
    float const left = sides ? first : first / 2;
    float const top = sides ? second : second / 2;
    float const scale = parameters.scale;
    return make_float4((x - left) * scale, (y - top) * scale, (x + right) * scale, (y + bottom) * scale);
}

__global__ void gatherRows(
    DecodeParameters const parameters, DecodeScratch const scratch, DetectionsLayout const layout)
{
    int32_t const image = blockIdx.y;
    int32_t const row = blockIdx.x * kROWS_PER_BLOCK + threadIdx.y;
    Key const key = row < parameters.topK ? scratch.selected[image * kSELECT_CAPACITY + row] : 0;
    // A key of zero pads the list: a real one holds a score above zero or an index below 2^32 - 1.
    if (key == 0)
    {
        return;
    }
    char* out = static_cast<char*>(parameters.out) + image * layout.size;
    auto* header = reinterpret_cast<DetectionsHeader*>(out);
    uint32_t const index = indexOf(key);
    int32_t const area = parameters.width * parameters.height;
    int32_t const pixel = index % area;
    if (threadIdx.x == 0)
    {
        float4 const box = boxAt(parameters, image, pixel);
        if (isnan(box.x + box.y + box.z + box.w))
        {
            header->nanInBoxes = 1;
        }
        reinterpret_cast<float4*>(out + layout.boxes)[row] = box;
        reinterpret_cast<float*>(out + layout.scores)[row] = scoreOf(key);
        reinterpret_cast<int32_t*>(out + layout.classes)[row] = index / area;
    }

    int32_t const size = parameters.id.channels;
    float squares = 0;
    for (int32_t channel = threadIdx.x; channel < size; channel += kWARP)
    {
        float const value = headValue(parameters.id, image, channel, pixel);
        squares += value * value;
    }
    squares = sumOverWarp(squares);
    if (threadIdx.x == 0 && isnan(squares))
    {
        header->nanInEmbeddings = 1;
    }
    float const norm = fmaxf(sqrtf(squares), kSMALLEST_NORM);
    auto* embedding = reinterpret_cast<float*>(out + layout.embeddings) + static_cast<size_t>(row) * size;
    for (int32_t channel = threadIdx.x; channel < size; channel += kWARP)
    {
        embedding[channel] = headValue(parameters.id, image, channel, pixel) / norm;
    }
}

} // namespace

void launchGather(DecodeParameters const& parameters, DecodeScratch const& scratch, cudaStream_t stream)
{
    dim3 const block(kWARP, kROWS_PER_BLOCK);
    dim3 const grid((parameters.topK + kROWS_PER_BLOCK - 1) / kROWS_PER_BLOCK, parameters.batch);
    auto const layout = DetectionsLayout::of(parameters.topK, parameters.id.channels);
    gatherRows<<<grid, block, 0, stream>>>(parameters, scratch, layout);
    CUDA_CHECK(cudaGetLastError());
}

} // namespace trtfairmot
