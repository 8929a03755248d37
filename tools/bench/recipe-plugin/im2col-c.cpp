// im2col for PyTorch, which loads this library with ctypes: python/stream_deform_conv.py.
#include "im2col.h"

// Stride 1, one deformable group, a square kernel and an output of the input's size. Returns a cudaError_t.
extern "C" __attribute__((visibility("default"))) int recipeIm2col(int32_t half, int32_t images, int32_t channels,
    int32_t height, int32_t width, int32_t side, int32_t padding, void const* x, void const* offset, void const* mask,
    void* columns, void* stream)
{
    recipe::Layer layer{};
    layer.inChannels = channels;
    layer.height = layer.outHeight = height;
    layer.width = layer.outWidth = width;
    layer.kernelHeight = layer.kernelWidth = side;
    for (size_t i = 0; i < 2U; ++i)
    {
        layer.stride[i] = layer.dilation[i] = 1;
        layer.padding[i] = padding;
    }
    layer.deformableGroup = 1;
    return recipe::im2col(layer, images, half != 0, x, offset, mask, columns, static_cast<cudaStream_t>(stream));
}
