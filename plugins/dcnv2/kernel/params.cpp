#include "params.h"

#include <tuple>

#include "sampling.h"

namespace trtfairmot
{

namespace
{

int32_t outSize(int32_t in, int32_t kernel, int32_t stride, int32_t pad, int32_t dilation)
{
    return (in + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
}

auto tied(Dcnv2Params const& p)
{
    return std::tie(p.batch, p.inChannels, p.inHeight, p.inWidth, p.outChannels, p.kernelHeight, p.kernelWidth,
        p.strideHeight, p.strideWidth, p.padHeight, p.padWidth, p.dilationHeight, p.dilationWidth, p.groups,
        p.deformableGroups, p.type, p.layout, p.offsetLayout, p.weightLayout, p.offsetMaskFused, p.sigmoidMask, p.relu,
        p.offsetConvolution);
}

} // namespace

bool operator==(Dcnv2Params const& a, Dcnv2Params const& b)
{
    return tied(a) == tied(b);
}

int32_t outHeightFromParams(Dcnv2Params const& p)
{
    return outSize(p.inHeight, p.kernelHeight, p.strideHeight, p.padHeight, p.dilationHeight);
}

int32_t outWidthFromParams(Dcnv2Params const& p)
{
    return outSize(p.inWidth, p.kernelWidth, p.strideWidth, p.padWidth, p.dilationWidth);
}

int32_t channelPitch(Dcnv2Params const& p, ActivationLayout layout, int32_t channels)
{
    return layout == ActivationLayout::kNHWC && p.type != ElementType::kFLOAT ? roundUp(channels, 8) : channels;
}

ChannelStrides channelStrides(Dcnv2Params const& p, ActivationLayout layout, int32_t channels, int64_t pixels)
{
    int64_t const pitch = channelPitch(p, layout, channels);
    return layout == ActivationLayout::kNHWC ? ChannelStrides{pixels * pitch, 1, pitch}
                                             : ChannelStrides{pixels * channels, pixels, 1};
}

int64_t outPixelsFromParams(Dcnv2Params const& p)
{
    return static_cast<int64_t>(p.batch) * outHeightFromParams(p) * outWidthFromParams(p);
}

int32_t tapsFromParams(Dcnv2Params const& p)
{
    return p.kernelHeight * p.kernelWidth;
}

char const* problemFromParams(Dcnv2Params const& p)
{
    if (p.batch < 1 || p.inChannels < 1 || p.inHeight < 1 || p.inWidth < 1 || p.outChannels < 1)
    {
        return "Expected a batch, channels, height and width of at least 1.";
    }
    if (p.kernelHeight < 1 || p.kernelWidth < 1 || p.strideHeight < 1 || p.strideWidth < 1 || p.dilationHeight < 1
        || p.dilationWidth < 1 || p.padHeight < 0 || p.padWidth < 0)
    {
        return "Expected a kernel, stride and dilation of at least 1 and a padding of at least 0.";
    }
    if (p.groups < 1 || p.inChannels % p.groups != 0 || p.outChannels % p.groups != 0)
    {
        return "Expected groups to divide the input and output channels.";
    }
    if (p.deformableGroups < 1 || p.inChannels % p.deformableGroups != 0)
    {
        return "Expected deformable_group to divide the input channels.";
    }
    if (p.inHeight + 2 * p.padHeight < p.dilationHeight * (p.kernelHeight - 1) + 1
        || p.inWidth + 2 * p.padWidth < p.dilationWidth * (p.kernelWidth - 1) + 1)
    {
        return "Expected an input, with its padding, at least as large as the dilated kernel.";
    }
    int64_t const inPixels = static_cast<int64_t>(p.batch) * p.inHeight * p.inWidth;
    if (inPixels >= kMAX_INPUT_PIXELS || outPixelsFromParams(p) >= kMAX_INPUT_PIXELS || p.outChannels > 65535
        || p.batch > 65535)
    {
        return "Expected fewer than 2^29 pixels in the batch, and at most 65535 images and output channels.";
    }
    if (p.offsetConvolution && !suitsFusion(p))
    {
        return "Expected an offset convolution only where type is half, the layout channels-last, weights in fragments, kernel 3x3, "
               "groups and deformable_group 1, input channels a multiple of 32 and output channels at most 128.";
    }
    if (!p.offsetConvolution && p.weightLayout == WeightLayout::kFRAGMENTS)
    {
        return "Expected weights in fragments only with an offset convolution.";
    }
    return nullptr;
}

int32_t paddedOutputs(int32_t outChannels)
{
    return outChannels <= 32 ? 32 : outChannels <= 64 ? 64 : 128;
}

bool suitsFusion(Dcnv2Params const& p)
{
    return p.type == ElementType::kHALF && p.layout == ActivationLayout::kNHWC && p.weightLayout == WeightLayout::kFRAGMENTS
        && p.kernelHeight == 3 && p.kernelWidth == 3 && p.groups == 1 && p.deformableGroups == 1
        && p.inChannels % 32 == 0 && p.outChannels <= 128;
}

} // namespace trtfairmot
