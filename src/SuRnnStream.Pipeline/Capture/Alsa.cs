using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace SuRnnStream;

/// <summary>The functions of Linux's sound library that capture takes. They return 0 or a number, or an error of errno, negated.</summary>
[SupportedOSPlatform("linux")]
static unsafe partial class Alsa
{
    const string Library = "libasound.so.2";

    public const int Capture = 1, NonBlocking = 1, Interleaved = 3;
    public const int S16 = 2, S32 = 10, Float = 14; // little endian

    static readonly Lazy<bool> Quiet = new(() =>
    {
        if (!NativeLibrary.TryLoad(Library, out _)) return false;
        SetErrorHandler(&Ignore); // what it would print is in the errors that it returns
        return true;
    });

    /// <exception cref="CaptureException">The library is not installed.</exception>
    public static void Require(string device)
    {
        if (!Quiet.Value)
            throw new CaptureException(device, $"there is no {Library} on this machine",
                "install it (Debian and Ubuntu: libasound2 or libasound2t64; Fedora: alsa-lib), or pipe sound into standard input");
    }

    public static string Describe(int error) => Marshal.PtrToStringUTF8(StrError(-error)) ?? $"error {error}";

    // It is called with further arguments, which the caller of a C function clears away.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void Ignore(byte* file, int line, byte* function, int error, byte* format) { }

    [LibraryImport(Library, EntryPoint = "snd_lib_error_set_handler")]
    private static partial int SetErrorHandler(delegate* unmanaged[Cdecl]<byte*, int, byte*, int, byte*, void> handler);

    [LibraryImport(Library, EntryPoint = "snd_strerror")]
    private static partial nint StrError(int error);

    [LibraryImport(Library, EntryPoint = "snd_pcm_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(out nint pcm, string name, int stream, int mode);

    [LibraryImport(Library, EntryPoint = "snd_pcm_close")]
    public static partial int Close(nint pcm);

    [LibraryImport(Library, EntryPoint = "snd_pcm_hw_params_malloc")]
    public static partial int NewParams(out nint parameters);

    [LibraryImport(Library, EntryPoint = "snd_pcm_hw_params_free")]
    public static partial void FreeParams(nint parameters);

    [LibraryImport(Library, EntryPoint = "snd_pcm_hw_params_any")]
    public static partial int AnyParams(nint pcm, nint parameters);

    [LibraryImport(Library, EntryPoint = "snd_pcm_hw_params_set_access")]
    public static partial int SetAccess(nint pcm, nint parameters, int access);

    [LibraryImport(Library, EntryPoint = "snd_pcm_hw_params_set_format")]
    public static partial int SetFormat(nint pcm, nint parameters, int format);

    [LibraryImport(Library, EntryPoint = "snd_pcm_hw_params_set_channels_near")]
    public static partial int SetChannelsNear(nint pcm, nint parameters, ref uint channels);

    [LibraryImport(Library, EntryPoint = "snd_pcm_hw_params_set_rate_resample")]
    public static partial int SetRateResample(nint pcm, nint parameters, uint resample);

    [LibraryImport(Library, EntryPoint = "snd_pcm_hw_params_set_rate_near")]
    public static partial int SetRateNear(nint pcm, nint parameters, ref uint rate, ref int direction);

    [LibraryImport(Library, EntryPoint = "snd_pcm_hw_params_set_period_time_near")]
    public static partial int SetPeriodNear(nint pcm, nint parameters, ref uint microseconds, ref int direction);

    [LibraryImport(Library, EntryPoint = "snd_pcm_hw_params_set_buffer_time_near")]
    public static partial int SetBufferNear(nint pcm, nint parameters, ref uint microseconds, ref int direction);

    [LibraryImport(Library, EntryPoint = "snd_pcm_hw_params")]
    public static partial int SetParams(nint pcm, nint parameters);

    [LibraryImport(Library, EntryPoint = "snd_pcm_prepare")]
    public static partial int Prepare(nint pcm);

    [LibraryImport(Library, EntryPoint = "snd_pcm_start")]
    public static partial int Start(nint pcm);

    [LibraryImport(Library, EntryPoint = "snd_pcm_drop")]
    public static partial int Drop(nint pcm);

    [LibraryImport(Library, EntryPoint = "snd_pcm_resume")]
    public static partial int Resume(nint pcm);

    [LibraryImport(Library, EntryPoint = "snd_pcm_wait")]
    public static partial int Wait(nint pcm, int milliseconds);

    [LibraryImport(Library, EntryPoint = "snd_pcm_readi")]
    public static partial nint ReadFrames(nint pcm, byte* buffer, nuint frames);

    [LibraryImport(Library, EntryPoint = "snd_device_name_hint", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Hints(int card, string kind, out nint* hints);

    [LibraryImport(Library, EntryPoint = "snd_device_name_free_hint")]
    public static partial int FreeHints(nint* hints);

    [LibraryImport(Library, EntryPoint = "snd_device_name_get_hint", StringMarshalling = StringMarshalling.Utf8)]
    public static partial string? Hint(nint hint, string id); // the marshaller frees what the library allocated
}
