using System.Globalization;
using System.Net;
using System.Text.Json;
using Npgsql;
using Orleans.Messaging;

namespace SuRnnStream.Cluster;

/// <summary>The members of a cluster in PostgreSQL: a row a silo, and one row with the version of them all, which every change has to name.</summary>
sealed class PostgresMembership(Postgres database, string cluster) : IMembershipTable
{
    public async Task InitializeMembershipTable(bool tryInitTableVersion)
    {
        await using var open = await database.ComeAsync();
        if (!tryInitTableVersion) return;
        await using var command = Command(open, "INSERT INTO surnn_membership (cluster, version, etag) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING");
        await command.ExecuteNonQueryAsync();
    }

    public async Task DeleteMembershipTableEntries(string clusterId)
    {
        await using var open = await database.OpenAsync();
        await using var command = new NpgsqlCommand("WITH gone AS (DELETE FROM surnn_membership WHERE cluster = $1) DELETE FROM surnn_silo WHERE cluster = $1", open);
        command.Parameters.AddWithValue(clusterId);
        await command.ExecuteNonQueryAsync();
    }

    public async Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate)
    {
        await using var open = await database.OpenAsync();
        await using var command = Command(open, "DELETE FROM surnn_silo WHERE cluster = $1 AND status = $2 AND alive < $3", (int)SiloStatus.Dead, beforeDate.ToUniversalTime());
        await command.ExecuteNonQueryAsync();
    }

    public Task<MembershipTableData> ReadAll() => ReadAsync(null);

    public Task<MembershipTableData> ReadRow(SiloAddress key) => ReadAsync(key);

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => ChangeAsync(
        "INSERT INTO surnn_silo (cluster, silo, etag, status, alive, entry) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING", entry, null, tableVersion);

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => ChangeAsync(
        "UPDATE surnn_silo SET etag = $3, status = $4, alive = $5, entry = $6 WHERE cluster = $1 AND silo = $2 AND etag = $7", entry, etag, tableVersion);

    /// <summary>Changes neither tag nor version: nobody is to notice.</summary>
    public async Task UpdateIAmAlive(MembershipEntry entry)
    {
        await using var open = await database.OpenAsync();
        await using var command = Command(open, "UPDATE surnn_silo SET alive = $3 WHERE cluster = $1 AND silo = $2", entry.SiloAddress.ToParsableString(), Utc(entry.IAmAliveTime));
        await command.ExecuteNonQueryAsync();
    }

    async Task<MembershipTableData> ReadAsync(SiloAddress? only)
    {
        // One statement, one moment: rows and version belong together.
        const string Sql = "SELECT v.version, v.etag, s.entry, s.alive, s.etag FROM surnn_membership v LEFT JOIN surnn_silo s ON s.cluster = v.cluster AND ($2 = '' OR s.silo = $2) WHERE v.cluster = $1";
        await using var open = await database.OpenAsync();
        await using var command = Command(open, Sql, only?.ToParsableString() ?? "");
        await using var row = await command.ExecuteReaderAsync();
        var (members, version) = (new List<Tuple<MembershipEntry, string>>(), new TableVersion(0, "0"));
        while (await row.ReadAsync())
        {
            version = new TableVersion(row.GetInt32(0), Text(row.GetInt64(1)));
            if (row.IsDBNull(2)) continue;
            var entry = SiloJson.Read(row.GetString(2));
            entry.IAmAliveTime = row.GetDateTime(3);
            members.Add(Tuple.Create(entry, Text(row.GetInt64(4))));
        }
        return new MembershipTableData(members, version);
    }

    async Task<bool> ChangeAsync(string sql, MembershipEntry entry, string? etag, TableVersion version)
    {
        await using var open = await database.OpenAsync();
        await using var work = await open.BeginTransactionAsync();
        await using var table = Command(open, "UPDATE surnn_membership SET version = $2, etag = $3 WHERE cluster = $1 AND etag = $4", version.Version, Random.Shared.NextInt64(), Number(version.VersionEtag));
        if (await table.ExecuteNonQueryAsync() != 1) return false;
        await using var silo = Command(open, sql, entry.SiloAddress.ToParsableString(), Random.Shared.NextInt64(), (int)entry.Status, Utc(entry.IAmAliveTime), SiloJson.Write(entry));
        if (etag is not null) silo.Parameters.AddWithValue(Number(etag));
        if (await silo.ExecuteNonQueryAsync() != 1) return false;
        await work.CommitAsync();
        return true;
    }

    NpgsqlCommand Command(NpgsqlConnection open, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, open);
        command.Parameters.AddWithValue(cluster);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        return command;
    }

    static DateTime Utc(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>Where clients of such a cluster find its silos.</summary>
sealed class PostgresGateways(Postgres database, string cluster, TimeSpan refresh) : IGatewayListProvider
{
    public TimeSpan MaxStaleness => refresh;

    [Obsolete("Orleans does not use it.")]
    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    public async Task<IList<Uri>> GetGateways()
    {
        await using var open = await database.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT entry FROM surnn_silo WHERE cluster = $1 AND status = $2", open);
        command.Parameters.AddWithValue(cluster);
        command.Parameters.AddWithValue((int)SiloStatus.Active);
        await using var row = await command.ExecuteReaderAsync();
        var gateways = new List<Uri>();
        while (await row.ReadAsync())
        {
            var entry = SiloJson.Read(row.GetString(0));
            if (entry.ProxyPort > 0) gateways.Add(SiloAddress.New(new IPEndPoint(entry.SiloAddress.Endpoint.Address, entry.ProxyPort), entry.SiloAddress.Generation).ToGatewayUri());
        }
        return gateways;
    }
}

/// <summary>A member as JSON, times in UTC.</summary>
static class SiloJson
{
    sealed record Vote(string Silo, DateTime At);

    sealed record Row(string Silo, SiloStatus Status, int Gateway, string Host, string Name, string? Role, int UpdateZone, int FaultZone, DateTime Start, Vote[] Votes);

    public static string Write(MembershipEntry entry) => JsonSerializer.Serialize(new Row(
        entry.SiloAddress.ToParsableString(), entry.Status, entry.ProxyPort, entry.HostName, entry.SiloName, entry.RoleName, entry.UpdateZone, entry.FaultZone,
        DateTime.SpecifyKind(entry.StartTime, DateTimeKind.Utc),
        [.. (entry.SuspectTimes ?? []).Select(vote => new Vote(vote.Item1.ToParsableString(), DateTime.SpecifyKind(vote.Item2, DateTimeKind.Utc)))]));

    public static MembershipEntry Read(string json)
    {
        var row = JsonSerializer.Deserialize<Row>(json) ?? throw new InvalidDataException("A silo's row in the database is empty.");
        return new MembershipEntry
        {
            SiloAddress = SiloAddress.FromParsableString(row.Silo),
            Status = row.Status,
            ProxyPort = row.Gateway,
            HostName = row.Host,
            SiloName = row.Name,
            RoleName = row.Role,
            UpdateZone = row.UpdateZone,
            FaultZone = row.FaultZone,
            StartTime = row.Start,
            SuspectTimes = [.. row.Votes.Select(vote => Tuple.Create(SiloAddress.FromParsableString(vote.Silo), vote.At))],
        };
    }
}
