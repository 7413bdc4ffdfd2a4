using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SuRnnStream.Tests.Support;

/// <summary>What a broker with TLS and a user "me" needs: an authority, a certificate that it has signed, and a file of passwords.</summary>
sealed class BrokerLogin : IDisposable
{
    public const string User = "me", Password = "p@ss:wörd";

    readonly TemporaryFolder _folder = new();

    public BrokerLogin()
    {
        var now = TimeProvider.System.GetUtcNow(); // the broker looks at the system's clock
        var (from, to) = (now.AddDays(-1), now.AddDays(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=an authority of one's own", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(from, to);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=broker", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, from, to, [1, 2, 3, 4]);

        File.WriteAllText(Authorities, authority.ExportCertificatePem());
        File.WriteAllText(_folder.File("broker.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File("broker.key"), key.ExportPkcs8PrivateKeyPem());

        // mosquitto's own form: scheme 7 is PBKDF2 with SHA-512
        const int Rounds = 101;
        var salt = RandomNumberGenerator.GetBytes(12);
        var hash = Rfc2898DeriveBytes.Pbkdf2(Password, salt, Rounds, HashAlgorithmName.SHA512, 64);
        File.WriteAllText(_folder.File("passwords"), $"{User}:$7${Rounds}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}\n");
    }

    /// <summary>The authority's certificate, for clients.</summary>
    public string Authorities => _folder.File("authority.pem");

    /// <summary>Lines of the broker's configuration.</summary>
    public string Settings =>
        $"certfile {_folder.File("broker.pem")}\nkeyfile {_folder.File("broker.key")}\nallow_anonymous false\npassword_file {_folder.File("passwords")}\npersistence false";

    /// <summary>An address for a client that knows the authority and the password.</summary>
    public string Address(Broker broker, string topic, string password = Password) =>
        $"mqtts://{User}:{Uri.EscapeDataString(password)}@127.0.0.1:{broker.Port}/{topic}?ca={Uri.EscapeDataString(Authorities)}";

    public void Dispose() => _folder.Dispose();
}
