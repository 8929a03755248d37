#include "im2col.h"

#include <cuda_fp16.h>

namespace recipe
{

namespace
{

constexpr int32_t kTHREADS = 256;

__device__ float toFloat(float value)
{
    return value;
}

__device__ float toFloat(__half value)
{
    return __half2float(value);
}

template <typename T>
__device__ T fromFloat(float value)
{
    return static_cast<T>(value);
}

// Bilinear, zero outside.
template <typename T>
__device__ float sample(T const* plane, int32_t height, int32_t width, float y, float x)
{
    if (!(y > -1.F && x > -1.F && y < static_cast<float>(height) && x < static_cast<float>(width)))
    {
        return 0.F;
    }
    int32_t const top = static_cast<int32_t>(floorf(y));
    int32_t const left = static_cast<int32_t>(floorf(x));
    float const down = y - static_cast<float>(top);
    float const right = x - static_cast<float>(left);
    auto const at = [&](int32_t row, int32_t column)
    {
        bool const inside = row >= 0 && column >= 0 && row < height && column < width;
        return inside ? toFloat(plane[row * width + column]) : 0.F;
    };
    float const upper = (1.F - right) * at(top, left) + right * at(top, left + 1);
    float const lower = (1.F - right) * at(top + 1, left) + right * at(top + 1, left + 1);
    return (1.F - down) * upper + down * lower;
}

// A thread takes one channel at one place of the output and writes all taps; the grid's second side is the image.
template <typename T>
__global__ void im2colKernel(Layer layer, T const* x, T const* offset, T const* mask, T* columns)
{
    int32_t const places = layer.outHeight * layer.outWidth;
    int64_t const index = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (index >= static_cast<int64_t>(places) * layer.inChannels)
    {
        return;
    }
    int32_t const place = static_cast<int32_t>(index % places);
    int32_t const channel = static_cast<int32_t>(index / places);
    int32_t const row = place / layer.outWidth;
    int32_t const column = place % layer.outWidth;
    int32_t const taps = layer.kernelHeight * layer.kernelWidth;
    int64_t const image = blockIdx.y;
    int64_t const plane = image * layer.inChannels + channel;
    int64_t const group = image * layer.deformableGroup + channel / (layer.inChannels / layer.deformableGroup);
    T const* const from = x + plane * layer.height * layer.width;
    T const* const offsets = offset + group * 2 * taps * places + place;
    T const* const masks = mask + group * taps * places + place;
    T* to = columns + plane * taps * places + place;
    for (int32_t tap = 0; tap < taps; ++tap)
    {
        float const dy = toFloat(offsets[static_cast<int64_t>(2 * tap) * places]);
        float const dx = toFloat(offsets[static_cast<int64_t>(2 * tap + 1) * places]);
        int32_t const y = row * layer.stride[0] - layer.padding[0] + tap / layer.kernelWidth * layer.dilation[0];
        int32_t const left = column * layer.stride[1] - layer.padding[1] + tap % layer.kernelWidth * layer.dilation[1];
        float const value =
            sample(from, layer.height, layer.width, static_cast<float>(y) + dy, static_cast<float>(left) + dx);
        *to = fromFloat<T>(value * toFloat(masks[static_cast<int64_t>(tap) * places]));
        to += places;
    }
}

template <typename T>
__global__ void biasKernel(int64_t count, int32_t places, T const* bias, T* output)
{
    int64_t const index = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (index < count)
    {
        output[index] = bias[index / places];
    }
}

uint32_t blocksFor(int64_t threads)
{
    return static_cast<uint32_t>((threads + kTHREADS - 1) / kTHREADS);
}

template <typename T>
void launchIm2col(Layer const& layer, int32_t images, void const* x, void const* offset, void const* mask,
    void* columns, cudaStream_t stream)
{
    int64_t const threads = static_cast<int64_t>(layer.outHeight) * layer.outWidth * layer.inChannels;
    dim3 const grid(blocksFor(threads), static_cast<uint32_t>(images));
    im2colKernel<T><<<grid, kTHREADS, 0, stream>>>(layer, static_cast<T const*>(x), static_cast<T const*>(offset),
        static_cast<T const*>(mask), static_cast<T*>(columns));
}

template <typename T>
void launchBias(Layer const& layer, void const* bias, void* output, cudaStream_t stream)
{
    int32_t const places = layer.outHeight * layer.outWidth;
    int64_t const count = static_cast<int64_t>(places) * layer.outChannels;
    biasKernel<T><<<blocksFor(count), kTHREADS, 0, stream>>>(
        count, places, static_cast<T const*>(bias), static_cast<T*>(output));
}

} // namespace

cudaError_t im2col(Layer const& layer, int32_t images, bool half, void const* x, void const* offset, void const* mask,
    void* columns, cudaStream_t stream)
{
    (half ? launchIm2col<__half> : launchIm2col<float>) (layer, images, x, offset, mask, columns, stream);
    return cudaGetLastError();
}

cudaError_t fillBias(Layer const& layer, bool half, void const* bias, void* output, cudaStream_t stream)
{
    (half ? launchBias<__half> : launchBias<float>) (layer, bias, output, stream);
    return cudaGetLastError();
}

} // namespace recipe
