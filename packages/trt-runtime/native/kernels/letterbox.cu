#include "kernels/letterbox.h"

#include "cuda/check.h"

#include <cuda_fp16.h>

namespace trtfairmot
{

namespace
{

constexpr int32_t kBORDER = 128;

// 8-bit levels, or sums of them.
struct Rgb
{
    int32_t red;
    int32_t green;
    int32_t blue;
};

__device__ int32_t clampedByte(int32_t value)
{
    return min(max(value, 0), 255);
}

// Limited-range Y'CbCr to 8-bit RGB with 16-bit fixed-point coefficients.
template <PixelFormat kFORMAT>
__device__ Rgb rgbFromNv12(LetterboxParameters const& p, int32_t x, int32_t y)
{
    constexpr bool k709 = kFORMAT == PixelFormat::kNV12_709;
    constexpr int32_t kLUMA = 76309;                          // 255 / 219
    constexpr int32_t kRED = k709 ? 117489 : 104597;          // Cr to red
    constexpr int32_t kGREEN_U = k709 ? 13975 : 25675;        // Cb to green
    constexpr int32_t kGREEN_V = k709 ? 34925 : 53279;        // Cr to green
    constexpr int32_t kBLUE = k709 ? 138438 : 132201;         // Cb to blue
    uint8_t const* chroma = p.source + static_cast<int64_t>(p.sourceHeight) * p.sourceWidth;
    int32_t const chromaWidth = (p.sourceWidth + 1) / 2;
    int64_t const at = (static_cast<int64_t>(y / 2) * chromaWidth + x / 2) * 2;
    int32_t const luma = (p.source[static_cast<int64_t>(y) * p.sourceWidth + x] - 16) * kLUMA + (1 << 15);
    int32_t const u = chroma[at] - 128;
    int32_t const v = chroma[at + 1] - 128;
    return {clampedByte((luma + kRED * v) >> 16), clampedByte((luma - kGREEN_U * u - kGREEN_V * v) >> 16),
        clampedByte((luma + kBLUE * u) >> 16)};
}

template <PixelFormat kFORMAT>
__device__ Rgb pixelAt(LetterboxParameters const& p, int32_t x, int32_t y)
{
    if constexpr (kFORMAT == PixelFormat::kNV12_601 || kFORMAT == PixelFormat::kNV12_709)
    {
        return rgbFromNv12<kFORMAT>(p, x, y);
    }
    else
    {
        uint8_t const* pixel = p.source + (static_cast<int64_t>(y) * p.sourceWidth + x) * 3;
        constexpr int32_t kRED = kFORMAT == PixelFormat::kRGB ? 0 : 2;
        return {pixel[kRED], pixel[1], pixel[2 - kRED]};
    }
}

// A sum of weighted levels to the nearest level. In float, except near a tie, where the reference's own float64 decides.
__device__ int32_t levelFrom(int64_t sum, double scale, double bias)
{
    float const quick = static_cast<float>(sum) * static_cast<float>(scale);
    float const fraction = quick - floorf(quick);
    bool const nearTie = fabsf(fraction - 0.5F) < 0.01F;
    return nearTie ? static_cast<int32_t>(rint(__dadd_rn(__dmul_rn(static_cast<double>(sum), scale), bias)))
                   : static_cast<int32_t>(rintf(quick));
}

template <PixelFormat kFORMAT>
__device__ Rgb shrunk(LetterboxParameters const& p, int32_t x, int32_t y)
{
    int64_t red = 0;
    int64_t green = 0;
    int64_t blue = 0;
    int32_t const firstColumn = p.columns.first[x];
    int32_t const firstRow = p.rows.first[y];
    for (int32_t v = 0; v < p.rows.taps; v++)
    {
        int32_t const rowWeight = p.rows.weights[v * p.rows.size + y];
        if (rowWeight == 0)
        {
            continue;
        }
        Rgb row{0, 0, 0};
        for (int32_t u = 0; u < p.columns.taps; u++)
        {
            int32_t const weight = p.columns.weights[u * p.columns.size + x];
            Rgb const pixel = pixelAt<kFORMAT>(p, firstColumn + u, firstRow + v);
            row.red += weight * pixel.red;
            row.green += weight * pixel.green;
            row.blue += weight * pixel.blue;
        }
        red += static_cast<int64_t>(rowWeight) * row.red;
        green += static_cast<int64_t>(rowWeight) * row.green;
        blue += static_cast<int64_t>(rowWeight) * row.blue;
    }
    double const scale = 1.0 / (static_cast<double>(p.columns.total) * p.rows.total);
    // OpenCV rounds ties up where it averages exactly 2x2, and to even otherwise.
    bool const halves = p.columns.total == 2 && p.columns.taps == 2 && p.rows.total == 2 && p.rows.taps == 2;
    double const bias = halves ? 1e-3 : 0.0;
    return {levelFrom(red, scale, bias), levelFrom(green, scale, bias), levelFrom(blue, scale, bias)};
}

// Bilinear as OpenCV computes it for 8 bit: 11-bit weights, 7 bits of fraction kept between the axes.
template <PixelFormat kFORMAT>
__device__ Rgb acrossTwo(LetterboxParameters const& p, int32_t x, int32_t row)
{
    int32_t const column = p.columns.first[x];
    int32_t const last = p.sourceWidth - 1;
    int32_t const a = column == last ? 2048 : p.columns.weights[x];
    int32_t const b = column == last ? 0 : p.columns.weights[p.columns.size + x];
    Rgb const left = pixelAt<kFORMAT>(p, column, row);
    Rgb const right = pixelAt<kFORMAT>(p, min(column + 1, last), row);
    return {(a * left.red + b * right.red) >> 4, (a * left.green + b * right.green) >> 4,
        (a * left.blue + b * right.blue) >> 4};
}

__device__ int32_t downTwo(int32_t upper, int32_t lower, int32_t a, int32_t b)
{
    return (((a * upper) >> 16) + ((b * lower) >> 16) + 2) >> 2;
}

template <PixelFormat kFORMAT>
__device__ Rgb enlarged(LetterboxParameters const& p, int32_t x, int32_t y)
{
    int32_t const above = p.rows.first[y];
    int32_t const below = min(above + 1, p.sourceHeight - 1);
    int32_t const a = p.rows.weights[y];
    int32_t const b = p.rows.weights[p.rows.size + y];
    Rgb const upper = acrossTwo<kFORMAT>(p, x, above);
    Rgb const lower = acrossTwo<kFORMAT>(p, x, below);
    return {downTwo(upper.red, lower.red, a, b), downTwo(upper.green, lower.green, a, b),
        downTwo(upper.blue, lower.blue, a, b)};
}

template <typename T>
__device__ T elementFrom(float value);

template <>
__device__ float elementFrom<float>(float value)
{
    return value;
}

template <>
__device__ __half elementFrom<__half>(float value)
{
    return __float2half_rn(value);
}

template <PixelFormat kFORMAT, typename T>
__device__ void letterboxPixel(LetterboxParameters const& p)
{
    int32_t const x = blockIdx.x * blockDim.x + threadIdx.x;
    int32_t const y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x >= p.width || y >= p.height)
    {
        return;
    }
    int32_t const column = x - p.left;
    int32_t const row = y - p.top;
    Rgb value{kBORDER, kBORDER, kBORDER};
    if (column >= 0 && row >= 0 && column < p.columns.size && row < p.rows.size)
    {
        value = p.resampling == Resampling::kSHRINK ? shrunk<kFORMAT>(p, column, row) : enlarged<kFORMAT>(p, column, row);
    }
    T* out = static_cast<T*>(p.out) + (static_cast<int64_t>(y) * p.width + x) * p.pixelStride;
    out[0] = elementFrom<T>(__fdiv_rn(static_cast<float>(value.red), 255.0F));
    out[p.channelStride] = elementFrom<T>(__fdiv_rn(static_cast<float>(value.green), 255.0F));
    out[2 * p.channelStride] = elementFrom<T>(__fdiv_rn(static_cast<float>(value.blue), 255.0F));
}

template <PixelFormat kFORMAT, typename T>
__global__ void letterbox(LetterboxParameters const p)
{
    letterboxPixel<kFORMAT, T>(p);
}

template <PixelFormat kFORMAT, typename T>
__global__ void letterboxBatch(LetterboxParameters const* images)
{
    __shared__ LetterboxParameters p;
    static_assert(sizeof(LetterboxParameters) % sizeof(int32_t) == 0, "copied as words");
    constexpr int32_t kWORDS = sizeof(LetterboxParameters) / sizeof(int32_t);
    auto const thread = static_cast<int32_t>(threadIdx.y * blockDim.x + threadIdx.x);
    if (thread < kWORDS)
    {
        reinterpret_cast<int32_t*>(&p)[thread] = reinterpret_cast<int32_t const*>(images + blockIdx.z)[thread];
    }
    __syncthreads();
    letterboxPixel<kFORMAT, T>(p);
}

dim3 constexpr kBLOCK(32, 8);

dim3 gridFor(int32_t width, int32_t height, int32_t batch)
{
    return dim3((width + kBLOCK.x - 1) / kBLOCK.x, (height + kBLOCK.y - 1) / kBLOCK.y, batch);
}

template <PixelFormat kFORMAT>
void launchBatch(LetterboxBatch const& b, cudaStream_t stream)
{
    dim3 const grid = gridFor(b.width, b.height, b.batch);
    if (b.type == ElementType::kFLOAT16)
    {
        letterboxBatch<kFORMAT, __half><<<grid, kBLOCK, 0, stream>>>(b.images);
    }
    else
    {
        letterboxBatch<kFORMAT, float><<<grid, kBLOCK, 0, stream>>>(b.images);
    }
    CUDA_CHECK(cudaGetLastError());
}

template <PixelFormat kFORMAT>
void launch(LetterboxParameters const& p, cudaStream_t stream)
{
    dim3 const block = kBLOCK;
    dim3 const grid = gridFor(p.width, p.height, 1);
    if (p.type == ElementType::kFLOAT16)
    {
        letterbox<kFORMAT, __half><<<grid, block, 0, stream>>>(p);
    }
    else
    {
        letterbox<kFORMAT, float><<<grid, block, 0, stream>>>(p);
    }
    CUDA_CHECK(cudaGetLastError());
}

} // namespace

size_t frameSize(PixelFormat format, int32_t width, int32_t height)
{
    size_t const area = static_cast<size_t>(width) * height;
    if (format == PixelFormat::kRGB || format == PixelFormat::kBGR)
    {
        return area * 3;
    }
    return area + static_cast<size_t>((width + 1) / 2) * ((height + 1) / 2) * 2;
}

void launchLetterbox(LetterboxParameters const& parameters, cudaStream_t stream)
{
    switch (parameters.format)
    {
    case PixelFormat::kRGB: launch<PixelFormat::kRGB>(parameters, stream); break;
    case PixelFormat::kBGR: launch<PixelFormat::kBGR>(parameters, stream); break;
    case PixelFormat::kNV12_601: launch<PixelFormat::kNV12_601>(parameters, stream); break;
    case PixelFormat::kNV12_709: launch<PixelFormat::kNV12_709>(parameters, stream); break;
    }
}

void launchLetterboxBatch(LetterboxBatch const& batch, cudaStream_t stream)
{
    switch (batch.format)
    {
    case PixelFormat::kRGB: launchBatch<PixelFormat::kRGB>(batch, stream); break;
    case PixelFormat::kBGR: launchBatch<PixelFormat::kBGR>(batch, stream); break;
    case PixelFormat::kNV12_601: launchBatch<PixelFormat::kNV12_601>(batch, stream); break;
    case PixelFormat::kNV12_709: launchBatch<PixelFormat::kNV12_709>(batch, stream); break;
    }
}

} // namespace trtfairmot
