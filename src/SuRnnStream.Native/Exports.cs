using System.Runtime.InteropServices;

namespace SuRnnStream.Native;

/// <summary>The functions of surnn.h, which says what they do.</summary>
static unsafe class Exports
{
    static ReadOnlySpan<byte> Version => "0.1.0\0"u8; // in the program's constant data: it does not move

    [UnmanagedCallersOnly(EntryPoint = "surnn_version")]
    public static byte* GetVersion() => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(Version));

    [UnmanagedCallersOnly(EntryPoint = "surnn_model_load")]
    public static int LoadModel(byte* path, nint* model, NativeError* error)
    {
        try
        {
            RequireOut(model);
            *model = Guard.New(new NativeModel(ModelFile.Load(Guard.Text(path, "path"))));
            return Guard.Ok(error);
        }
        catch (Exception thrown)
        {
            return Guard.Fail(thrown, error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "surnn_model_load_bytes")]
    public static int LoadModelBytes(byte* bytes, nuint size, nint* model, NativeError* error)
    {
        try
        {
            RequireOut(model);
            *model = Guard.New(new NativeModel(ModelFile.Load(new MemoryStream(Guard.Span(bytes, size, "bytes").ToArray()), "the model")));
            return Guard.Ok(error);
        }
        catch (Exception thrown)
        {
            return Guard.Fail(thrown, error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "surnn_model_sample_rate")]
    public static int SampleRate(nint model) => model == 0 ? 0 : Guard.Of<NativeModel>(model, "model").SampleRate;

    [UnmanagedCallersOnly(EntryPoint = "surnn_model_label_count")]
    public static int LabelCount(nint model) => model == 0 ? 0 : Guard.Of<NativeModel>(model, "model").Labels;

    [UnmanagedCallersOnly(EntryPoint = "surnn_model_label")]
    public static byte* Label(nint model, int label) => model == 0 ? null : Guard.Of<NativeModel>(model, "model").Label(label);

    [UnmanagedCallersOnly(EntryPoint = "surnn_model_free")]
    public static void FreeModel(nint model)
    {
        if (model == 0) return;
        Guard.Of<NativeModel>(model, "model").Free();
        Guard.Free(model);
    }

    [UnmanagedCallersOnly(EntryPoint = "surnn_stream_default_params")]
    public static void DefaultParams(StreamParams* wanted, nuint size)
    {
        if (wanted is null || size < sizeof(uint)) return;
        var known = StreamParams.Default;
        new Span<byte>(wanted, (int)Math.Min(size, 65_536)).Clear();
        new ReadOnlySpan<byte>(&known, (int)Math.Min(size, (nuint)sizeof(StreamParams))).CopyTo(new Span<byte>(wanted, (int)Math.Min(size, 65_536)));
        wanted->Size = (uint)size;
    }

    [UnmanagedCallersOnly(EntryPoint = "surnn_stream_new")]
    public static int NewStream(nint model, StreamParams* wanted, nint* stream, NativeError* error)
    {
        try
        {
            RequireOut(stream);
            var known = StreamParams.Default;
            if (wanted is not null)
            {
                Guard.RequireSize(wanted->Size, (uint)sizeof(StreamParams)); // the first version
                known = *wanted;
            }
            *stream = Guard.New(new NativeStream(Guard.Of<NativeModel>(model, "model"), known));
            return Guard.Ok(error);
        }
        catch (Exception thrown)
        {
            return Guard.Fail(thrown, error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "surnn_stream_free")]
    public static void FreeStream(nint stream) => Guard.Free(stream);

    [UnmanagedCallersOnly(EntryPoint = "surnn_push_i16")]
    public static int PushInt16(nint stream, short* samples, nuint count, NativeError* error)
    {
        try
        {
            Guard.Of<NativeStream>(stream, "stream").Push(Guard.Span(samples, count, "samples"));
            return Guard.Ok(error);
        }
        catch (Exception thrown)
        {
            return Guard.Fail(thrown, error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "surnn_push_f32")]
    public static int PushFloat(nint stream, float* samples, nuint count, NativeError* error)
    {
        try
        {
            Guard.Of<NativeStream>(stream, "stream").Push(Guard.Span(samples, count, "samples"));
            return Guard.Ok(error);
        }
        catch (Exception thrown)
        {
            return Guard.Fail(thrown, error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "surnn_stream_finish")]
    public static int Finish(nint stream, NativeError* error)
    {
        try
        {
            Guard.Of<NativeStream>(stream, "stream").Finish();
            return Guard.Ok(error);
        }
        catch (Exception thrown)
        {
            return Guard.Fail(thrown, error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "surnn_stream_reset")]
    public static int Reset(nint stream, NativeError* error)
    {
        try
        {
            Guard.Of<NativeStream>(stream, "stream").Reset();
            return Guard.Ok(error);
        }
        catch (Exception thrown)
        {
            return Guard.Fail(thrown, error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "surnn_poll")]
    public static int Poll(nint stream, NativeDetection* detection)
    {
        try
        {
            var from = Guard.Of<NativeStream>(stream, "stream");
            if (detection is null) throw new ArgumentException("detection is NULL.");
            Guard.RequireSize(detection->Size, (uint)sizeof(NativeDetection));
            if (!from.TryTake(out var found)) return 0;
            Guard.CopyOut(found, detection, (uint)sizeof(NativeDetection));
            return 1;
        }
        catch (Exception thrown)
        {
            return Guard.Fail(thrown, null);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "surnn_stream_stats")]
    public static int Stats(nint stream, NativeStats* stats)
    {
        try
        {
            Guard.CopyOut(Guard.Of<NativeStream>(stream, "stream").Stats, stats, (uint)sizeof(NativeStats));
            return (int)Status.Ok;
        }
        catch (Exception thrown)
        {
            return Guard.Fail(thrown, null);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "surnn_stream_save")]
    public static int Save(nint stream, byte* buffer, nuint capacity, nuint* size, NativeError* error)
    {
        try
        {
            if (size is null) throw new ArgumentException("size is NULL.");
            var state = Guard.Of<NativeStream>(stream, "stream").Save();
            *size = (nuint)state.Length;
            if (buffer is null || capacity < (nuint)state.Length) throw new TooSmallException($"The state has {state.Length} bytes, and the buffer {(buffer is null ? 0 : capacity)}.");
            state.CopyTo(new Span<byte>(buffer, state.Length));
            return Guard.Ok(error);
        }
        catch (Exception thrown)
        {
            return Guard.Fail(thrown, error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "surnn_stream_restore")]
    public static int Restore(nint stream, byte* bytes, nuint size, NativeError* error)
    {
        try
        {
            Guard.Of<NativeStream>(stream, "stream").Restore(Guard.Span(bytes, size, "bytes").ToArray());
            return Guard.Ok(error);
        }
        catch (Exception thrown)
        {
            return Guard.Fail(thrown, error);
        }
    }

    static void RequireOut(nint* handle)
    {
        if (handle is null) throw new ArgumentException("There is no place for the handle: it is NULL.");
        *handle = 0;
    }
}
