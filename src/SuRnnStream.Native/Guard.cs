using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace SuRnnStream.Native;

/// <summary>What every exported function does: handles to objects, exceptions to codes and messages.</summary>
static unsafe class Guard
{
    public static nint New(object target) => GCHandle.ToIntPtr(GCHandle.Alloc(target));

    /// <exception cref="ArgumentException">The handle is NULL.</exception>
    public static T Of<T>(nint handle, string name) where T : class =>
        handle == 0 ? throw new ArgumentException($"{name} is NULL.") : (T)GCHandle.FromIntPtr(handle).Target!;

    public static void Free(nint handle)
    {
        if (handle != 0) GCHandle.FromIntPtr(handle).Free();
    }

    public static int Ok(NativeError* error)
    {
        if (error is not null) (error->Code, error->Message[0]) = (0, 0);
        return (int)Status.Ok;
    }

    /// <summary>The code of the exception; its message is written if the caller asks for it.</summary>
    public static int Fail(Exception thrown, NativeError* error)
    {
        var code = thrown switch
        {
            TooSmallException => Status.TooSmall,
            FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException => Status.File,
            InvalidModelException or InvalidDataException => Status.Damaged,
            IOException => Status.File,
            NotSupportedException => Status.Unsupported,
            ArgumentException => Status.InvalidArgument,
            _ => Status.Internal,
        };
        if (error is null) return (int)code;
        var to = new Span<byte>(error->Message, NativeError.Length);
        Utf8.FromUtf16(code == Status.Internal ? $"{thrown.GetType().Name}: {thrown.Message}" : thrown.Message, to[..^1], out _, out var written);
        to[written] = 0;
        error->Code = (int)code;
        return (int)code;
    }

    public static string Text(byte* text, string name) => text is null ? throw new ArgumentException($"{name} is NULL.") : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    /// <exception cref="ArgumentException">The pointer is NULL although something is to be there, or there is more than 2 G of it.</exception>
    public static ReadOnlySpan<T> Span<T>(T* first, nuint count, string name) where T : unmanaged
    {
        if (first is null && count > 0) throw new ArgumentException($"{name} is NULL.");
        if (count > int.MaxValue) throw new ArgumentException($"The number of {name} is {count}, but must be at most {int.MaxValue}.");
        return new ReadOnlySpan<T>(first, (int)count);
    }

    /// <summary>Copies as many bytes of a struct as the caller's version has.</summary>
    /// <param name="from">With its size set.</param>
    /// <param name="to">The caller's, which begins with its size.</param>
    /// <param name="least">Bytes that the first version had.</param>
    /// <exception cref="ArgumentException">The caller's size is less than the first version had.</exception>
    public static void CopyOut<T>(T from, T* to, uint least) where T : unmanaged
    {
        if (to is null) throw new ArgumentException("The struct is NULL.");
        var size = *(uint*)to;
        RequireSize(size, least);
        *(uint*)&from = size;
        new ReadOnlySpan<byte>(&from, (int)Math.Min(size, (uint)sizeof(T))).CopyTo(new Span<byte>(to, (int)size));
    }

    public static void RequireSize(uint size, uint least)
    {
        if (size < least || size > 65_536) throw new ArgumentException($"The struct's size is {size}, but must be what sizeof says, at least {least}.");
    }
}

/// <summary>A buffer of the caller's is too small.</summary>
sealed class TooSmallException(string message) : Exception(message);
