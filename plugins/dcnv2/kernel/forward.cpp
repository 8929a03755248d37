#include "dcnv2.h"

#include <algorithm>

#include "launch.h"
#include "params.h"
#include "plan.h"
#include "residentTile.h"
#include "tensorCoreTile.h"

namespace trtfairmot
{

namespace
{

int64_t outImagePixels(Dcnv2Params const& p)
{
    return static_cast<int64_t>(outHeightFromParams(p)) * outWidthFromParams(p);
}

SampleView geometryOf(Dcnv2Params const& p)
{
    SampleView view{};
    view.inHeight = p.inHeight;
    view.inWidth = p.inWidth;
    view.outWidth = outWidthFromParams(p);
    view.kernelWidth = p.kernelWidth;
    view.taps = tapsFromParams(p);
    view.strideHeight = p.strideHeight;
    view.strideWidth = p.strideWidth;
    view.padHeight = p.padHeight;
    view.padWidth = p.padWidth;
    view.dilationHeight = p.dilationHeight;
    view.dilationWidth = p.dilationWidth;
    view.sigmoidMask = p.sigmoidMask;
    return view;
}

SampleView sampleView(Dcnv2Params const& p, Dcnv2Tensors const& t)
{
    int32_t const taps = tapsFromParams(p) * p.deformableGroups;
    int64_t const pixels = outImagePixels(p);
    SampleView view = geometryOf(p);
    view.offset = t.offset;
    view.offsetStrides = channelStrides(p, p.offsetLayout, (p.offsetMaskFused ? 3 : 2) * taps, pixels);
    view.mask = t.mask;
    view.maskStrides = channelStrides(p, p.offsetLayout, taps, pixels);
    if (p.offsetMaskFused)
    {
        int64_t const elementBytes = p.type == ElementType::kFLOAT ? 4 : 2;
        view.mask = static_cast<char const*>(t.offset) + 2 * taps * view.offsetStrides.channel * elementBytes;
        view.maskStrides = view.offsetStrides;
    }
    return view;
}

cudaError_t transpose(
    void const* input, void* output, int32_t images, int32_t rows, int32_t columns, cudaStream_t stream)
{
    TransposeArgs const args{static_cast<uint16_t const*>(input), static_cast<uint16_t*>(output), rows, columns};
    dim3 const grid(ceilDiv(columns, kTRANSPOSE_TILE), ceilDiv(rows, kTRANSPOSE_TILE), images);
    return launchTranspose(args, grid, stream);
}

float* partialsOf(Dcnv2Params const& p, Dcnv2Plan const& plan, Dcnv2Tensors const& t)
{
    char* const workspace = static_cast<char*>(t.workspace);
    return plan.splits > 1 ? reinterpret_cast<float*>(workspace + workspaceLayout(p).partials) : nullptr;
}

cudaError_t forwardTensorCores(Dcnv2Params const& p, Dcnv2Plan const& plan, Dcnv2Tensors const& t, cudaStream_t stream)
{
    WorkspaceLayout const layout = workspaceLayout(p);
    char* const workspace = static_cast<char*>(t.workspace);
    ImplicitGemmArgs args{};
    args.view = sampleView(p, t);
    args.map = PixelMap{
        p.batch, outHeightFromParams(p), outWidthFromParams(p), traitsOfTile(plan.tile).pixels, plan.tileWidth};
    args.input = t.input;
    args.weight = t.weight;
    cudaError_t status = cudaSuccess;
    if (p.layout == ActivationLayout::kNCHW)
    {
        args.input = workspace + layout.input;
        status = transpose(t.input, workspace + layout.input, p.batch, p.inChannels, p.inHeight * p.inWidth, stream);
    }
    if (status == cudaSuccess && p.weightLayout == WeightLayout::kOIHW)
    {
        args.weight = workspace + layout.weight;
        status = transpose(t.weight, workspace + layout.weight, p.outChannels, p.inChannels, tapsFromParams(p), stream);
    }
    args.bias = t.bias;
    args.output = t.output;
    args.partials = partialsOf(p, plan, t);
    args.inVectors = p.inChannels / 8;
    args.groupVectors = args.inVectors / p.deformableGroups;
    args.tableRows = tableRowsOf(tapsFromParams(p), p.deformableGroups, p.inChannels);
    args.sampleRows = tapsFromParams(p) * p.deformableGroups;
    args.outChannels = p.outChannels;
    args.outPitch = roundUp(p.outChannels, 8);
    args.slices = ceilDiv(tapsFromParams(p) * p.inChannels, kSLICE);
    args.splitSlices = ceilDiv(args.slices, plan.splits);
    args.channelsLast = p.layout == ActivationLayout::kNHWC;
    args.relu = p.relu;
    dim3 const grid(tileCount(args.map), ceilDiv(p.outChannels, traitsOfTile(plan.tile).channels), plan.splits);
    if (status != cudaSuccess)
    {
        return status;
    }
    if (p.type == ElementType::kBFLOAT16)
    {
        return launchImplicitGemmBfloat16(plan.tile, args, grid, stream);
    }
    return plan.packedInterpolation ? launchImplicitGemmPacked(plan.tile, args, grid, stream)
                                    : launchImplicitGemmHalf(plan.tile, args, grid, stream);
}

cudaError_t forwardSimt(Dcnv2Params const& p, Dcnv2Plan const& plan, Dcnv2Tensors const& t, cudaStream_t stream)
{
    int32_t const taps = tapsFromParams(p);
    SimtGemmArgs args{};
    args.view = sampleView(p, t);
    args.map = PixelMap{p.batch, outHeightFromParams(p), outWidthFromParams(p), kSIMT_PIXELS, plan.tileWidth};
    args.input = t.input;
    args.weight = t.weight;
    args.bias = t.bias;
    args.output = t.output;
    args.partials = partialsOf(p, plan, t);
    args.inputStrides = channelStrides(p, p.layout, p.inChannels, static_cast<int64_t>(p.inHeight) * p.inWidth);
    args.outputStrides = channelStrides(p, p.layout, p.outChannels, outImagePixels(p));
    args.groupInChannels = p.inChannels / p.groups;
    args.groupOutChannels = p.outChannels / p.groups;
    bool const oihw = p.weightLayout == WeightLayout::kOIHW;
    args.weightStrideOut = static_cast<int64_t>(args.groupInChannels) * taps;
    args.weightStrideIn = oihw ? taps : 1;
    args.weightStrideTap = oihw ? 1 : args.groupInChannels;
    args.groups = p.groups;
    args.deformableChannels = p.inChannels / p.deformableGroups;
    args.outChannels = p.outChannels;
    args.outPitch = roundUp(p.outChannels, 8);
    args.outputPadding = channelPitch(p, p.layout, p.outChannels) - p.outChannels;
    args.splitChannels = ceilDiv(args.groupInChannels, plan.splits);
    args.relu = p.relu;
    dim3 const grid(tileCount(args.map), p.groups * ceilDiv(args.groupOutChannels, kSIMT_CHANNELS), plan.splits);
    return launchSimtGemm(p.type, args, grid, stream);
}

FusedGemmArgs fusedArgs(Dcnv2Params const& p, Dcnv2Plan const& plan, Dcnv2Tensors const& t, int32_t tilePixels)
{
    FusedGemmArgs args{};
    args.view = geometryOf(p);
    args.map = PixelMap{p.batch, outHeightFromParams(p), outWidthFromParams(p), tilePixels, plan.tileWidth};
    args.input = t.input;
    args.offsetWeight = t.offsetWeight;
    args.offsetBias = t.offsetBias;
    args.weight = t.weight;
    args.bias = t.bias;
    args.output = t.output;
    args.inVectors = p.inChannels / 8;
    args.outChannels = p.outChannels;
    args.outPitch = roundUp(p.outChannels, 8);
    args.relu = p.relu;
    return args;
}

cudaError_t forwardFused(Dcnv2Params const& p, Dcnv2Plan const& plan, Dcnv2Tensors const& t, cudaStream_t stream)
{
    FusedGemmArgs const args = fusedArgs(p, plan, t, traitsOfFusedTile(plan.tile).pixels);
    return launchFusedGemm(plan.tile, plan.packedInterpolation, args, tileCount(args.map), stream);
}

cudaError_t forwardResident(Dcnv2Params const& p, Dcnv2Plan const& plan, Dcnv2Tensors const& t, cudaStream_t stream)
{
    ResidentTileTraits const tile = traitsOfResidentTile(plan.tile);
    FusedGemmArgs const gemm = fusedArgs(p, plan, t, kRESIDENT_PIXELS);
    int32_t const tiles = tileCount(gemm.map);
    ResidentGemmArgs const args{gemm, tiles, plan.blocks > 0 ? std::min(tiles, plan.blocks) : tiles};
    return launchResidentGemm(plan.tile, plan.packedInterpolation, args,
        sharedBytesOfResidentTile(tile, p.inChannels / tile.stepChannels), stream);
}

cudaError_t addParts(Dcnv2Params const& p, Dcnv2Plan const& plan, Dcnv2Tensors const& t, cudaStream_t stream)
{
    SumPartsArgs args{};
    args.partials = partialsOf(p, plan, t);
    args.bias = t.bias;
    args.output = t.output;
    args.splits = plan.splits;
    args.batch = p.batch;
    args.imagePixels = static_cast<int32_t>(outImagePixels(p));
    args.outChannels = p.outChannels;
    args.outPitch = roundUp(p.outChannels, 8);
    args.strides = channelStrides(p, p.layout, p.outChannels, outImagePixels(p));
    args.writtenChannels = channelPitch(p, p.layout, p.outChannels);
    args.relu = p.relu;
    int32_t const threads = args.batch * args.imagePixels * (args.outPitch / kSUM_VECTOR);
    return launchSumParts(p.type, args, ceilDiv(threads, kSUM_THREADS), stream);
}

} // namespace

cudaError_t dcnv2Forward(
    Dcnv2Params const& params, Dcnv2Plan const& plan, Dcnv2Tensors const& tensors, cudaStream_t stream)
{
    if (problemFromParams(params) != nullptr)
    {
        return cudaErrorInvalidValue;
    }
    bool const resident = plan.path == KernelPath::kRESIDENT;
    if (params.offsetConvolution != (resident || plan.path == KernelPath::kFUSED))
    {
        return cudaErrorInvalidValue;
    }
    if (params.offsetConvolution)
    {
        return resident ? forwardResident(params, plan, tensors, stream) : forwardFused(params, plan, tensors, stream);
    }
    cudaError_t const status = plan.path == KernelPath::kTENSOR_CORE ? forwardTensorCores(params, plan, tensors, stream)
                                                                     : forwardSimt(params, plan, tensors, stream);
    return status == cudaSuccess && plan.splits > 1 ? addParts(params, plan, tensors, stream) : status;
}

cudaError_t dcnv2Forward(Dcnv2Params const& params, Dcnv2Tensors const& tensors, cudaStream_t stream)
{
    DeviceTraits traits;
    cudaError_t const status = deviceTraits(traits);
    return status == cudaSuccess ? dcnv2Forward(params, planFromParams(params, traits), tensors, stream) : status;
}

} // namespace trtfairmot
