// Where a deformed tap reads the input, and with which weights.
#pragma once

#include <cmath>

#include "common/hostDevice.h"

namespace trtfairmot
{

// Weights of the corners (y0, x0), (y0, x1), (y1, x0), (y1, x1), the mask multiplied in; 0 outside the input.
struct alignas(16) CornerWeights
{
    float w00;
    float w01;
    float w10;
    float w11;
};

// Corners are read at clamped addresses: the pixel of (y0, x0) and two bits that say whether x1 and y1 are one further.
HOST_DEVICE_INLINE uint32_t packLocation(uint32_t pixel, bool nextRow, bool nextColumn)
{
    return (pixel << 2) | (nextRow ? 2U : 0U) | (nextColumn ? 1U : 0U);
}

HOST_DEVICE_INLINE uint32_t pixelOfLocation(uint32_t location)
{
    return location >> 2;
}

HOST_DEVICE_INLINE bool hasNextRow(uint32_t location)
{
    return (location & 2U) != 0U;
}

HOST_DEVICE_INLINE bool hasNextColumn(uint32_t location)
{
    return (location & 1U) != 0U;
}

constexpr int64_t kMAX_INPUT_PIXELS = int64_t{1} << 29; // batch * height * width that packLocation can hold

// The sample at (y, x) of an image whose first pixel is firstPixel. NaN and far-away coordinates give zero weights.
HOST_DEVICE_INLINE void sampleFromCoordinates(float y, float x, float mask, int32_t height, int32_t width,
    uint32_t firstPixel, CornerWeights& weights, uint32_t& location)
{
    weights = CornerWeights{0.F, 0.F, 0.F, 0.F};
    location = packLocation(firstPixel, false, false);
    if (!(y > -1.F && x > -1.F && y < static_cast<float>(height) && x < static_cast<float>(width)))
    {
        return;
    }
    float const yFloor = floorf(y);
    float const xFloor = floorf(x);
    int32_t const y0 = static_cast<int32_t>(yFloor);
    int32_t const x0 = static_cast<int32_t>(xFloor);
    float const ly = y - yFloor;
    float const lx = x - xFloor;
    float const hy = 1.F - ly;
    float const hx = 1.F - lx;
    bool const top = y0 >= 0;
    bool const left = x0 >= 0;
    bool const bottom = y0 + 1 < height;
    bool const right = x0 + 1 < width;
    weights.w00 = top && left ? hy * hx * mask : 0.F;
    weights.w01 = top && right ? hy * lx * mask : 0.F;
    weights.w10 = bottom && left ? ly * hx * mask : 0.F;
    weights.w11 = bottom && right ? ly * lx * mask : 0.F;
    int32_t const row = top ? y0 : 0;
    int32_t const column = left ? x0 : 0;
    location = packLocation(firstPixel + static_cast<uint32_t>(row * width + column), top && bottom, left && right);
}

HOST_DEVICE_INLINE float sigmoid(float x)
{
    return 1.F / (1.F + expf(-x));
}

// To some units in the last place, for masks that are rounded to half.
HOST_DEVICE_INLINE float quickSigmoid(float x)
{
#if defined(__CUDA_ARCH__)
    return __fdividef(1.F, 1.F + __expf(-x));
#else
    return sigmoid(x);
#endif
}

} // namespace trtfairmot
